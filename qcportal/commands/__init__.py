"""Commands that have a file of their own; `cli.py` hangs them into `qcportal`."""
