"""Every page at two sizes in one run: whether anything grows with the number of returns.

`python -m bench.at_size --help`; docs/performance.md tells method and results.
"""
