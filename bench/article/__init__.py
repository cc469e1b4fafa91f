"""Five ways to get a photo from a doorstep in India to a merchant, over networks as they are.

`python -m bench.article --help`; docs/performance.md tells method and results.
"""
