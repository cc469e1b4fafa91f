"""What the portal's own endpoints carry over HTTP, beside bare Flask, peers and the database.

`python -m bench.endpoints --help`; docs/performance.md tells method and results.
"""
