"""`python -m bench.at_size`: fill two databases, ask every page of both in turn."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.at_size import filling, measuring
from bench.at_size.kept_server import LOADING, MEMORY, SMALL, KeptServer
from bench.at_size.pages import PAGES, Site, open_site, standing_still
from bench.at_size.postgres_stand import PostgresStand
from bench.at_size.sqlite_stand import SqliteStand
from bench.at_size.stencils import Stand
from bench.telling import write

MODEST = 200_000
"""Up to so many returns a server needs little memory."""


def main() -> int:
    """Fill, measure, print; the status is 1 when a page grew and `--strict` was given."""
    asked = argparse.ArgumentParser(prog="python -m bench.at_size", description=__doc__)
    asked.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    asked.add_argument("--returns", type=int, default=20_000)
    asked.add_argument("--small", type=int, default=2_000)
    asked.add_argument("--rounds", type=int, default=60)
    asked.add_argument("--seconds", type=float, default=3600, help="begin no round after so long")
    asked.add_argument("--json", type=Path, help="write everything to this file too")
    asked.add_argument("--keep", type=Path, help="keep the databases in this folder")
    asked.add_argument("--only", default="", help="ask only pages whose name has this in it")
    asked.add_argument("--fill-only", action="store_true", help="measure nothing")
    asked.add_argument("--strict", action="store_true", help="status 1 when a page grew")
    options = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the server is shut down in order
    sizes = sorted({options.small, options.returns})
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stands = stack.enter_context(opened(options.database, folder, sizes))
        filled = []
        for name, stand, size in zip(("small", "large"), stands, sizes, strict=False):
            print(f"{name}: {size:,} returns", file=sys.stderr)
            filled.append(filling.fill(stand, size))
        if options.fill_only:
            return 0
        sites = [_site(stand, each) for stand, each in zip(stands, filled, strict=True)]
        return _measure(sites, options)


def _site(stand: Stand, filled: filling.Filled) -> Site:
    with standing_still(filled):
        return open_site(f"{filled.returns:,}", stand, filled)


def _measure(sites: Sequence[Site], options: Any) -> int:
    wanted = {name: ask for name, ask in PAGES.items() if options.only in name}
    found = measuring.report(
        sites, measuring.measure(sites, wanted, options.rounds, options.seconds)
    )
    write(options.json, "at_size", {"database": options.database} | found)
    for line in measuring.lines(found):
        print(line)
    grew = [page for page, each in found["pages"].items() if each["ratio"] > measuring.GROWS]
    return int(options.strict and bool(grew))


@contextmanager
def opened(database: str, folder: Path, sizes: Sequence[int]) -> Iterator[list[Stand]]:
    """Have a database for each size, on a server of our own where one is needed."""
    names = ("small", "large")[: len(sizes)]
    if database == "sqlite":
        yield from _closing([SqliteStand(folder / f"{name}.db") for name in names])
        return
    modest = max(sizes) <= MODEST
    options = SMALL if modest else (*MEMORY, *LOADING)
    with KeptServer(folder / "server", *options) as server:
        memory = "128MB" if modest else "1GB"
        yield from _closing([PostgresStand(server.url, name, memory=memory) for name in names])


def _closing(stands: list[Any]) -> Iterator[list[Stand]]:
    try:
        yield stands
    finally:
        for stand in stands:
            stand.close()


if __name__ == "__main__":
    sys.exit(main())
