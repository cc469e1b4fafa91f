"""Disputes: a merchant's claim on a return, the clocks it runs under, and the carrier's answer."""
