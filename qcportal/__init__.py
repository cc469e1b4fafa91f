"""Doorstep quality-check portal."""
