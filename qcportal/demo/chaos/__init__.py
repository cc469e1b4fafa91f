"""The fault run: everything that can go wrong on a photo's way, all at once, and then a count.

`python -m qcportal.demo.chaos`; docs/fault-run.md says what is injected and what is counted.
"""
