"""Change every photo of an SQLite file in one transaction, say so, and wait to be killed in it.

Started by `databases`; not for people. Were the transaction ever kept, nothing would be right.
"""

import sqlite3
import sys
import time

LONGEST = 60


def main() -> None:
    """Hold the transaction open until the end."""
    connection = sqlite3.connect(sys.argv[1], timeout=LONGEST, isolation_level=None)
    connection.execute("PRAGMA cache_size=5")  # spill what was changed into the log at once
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE photos SET sha256 = ?, verified_at = NULL", ("0" * 64,))
    connection.execute("UPDATE arrivals SET outcome = 'gone'")
    sys.stdout.write("inside\n")
    sys.stdout.flush()
    time.sleep(LONGEST)


if __name__ == "__main__":
    main()
