"""Evidence packs: everything about one return in one file that proves itself, and links to it."""

from qcportal.packs.archive import Broken
from qcportal.packs.contents import Contents, gather
from qcportal.packs.evidence import Archive, look, pack, write_document
from qcportal.packs.links import (
    DAYS,
    LONGEST_NOTE,
    find_link,
    find_links,
    find_openings,
    get_link,
    record_opening,
    revoke,
    share,
)
from qcportal.packs.originals import keep
from qcportal.packs.running import KIND, run, start
from qcportal.packs.tables import FileChecksum, SharedLink

__all__ = [
    "Archive",
    "Broken",
    "Contents",
    "DAYS",
    "FileChecksum",
    "KIND",
    "LONGEST_NOTE",
    "SharedLink",
    "find_link",
    "find_links",
    "find_openings",
    "gather",
    "get_link",
    "keep",
    "look",
    "pack",
    "record_opening",
    "revoke",
    "run",
    "share",
    "start",
    "write_document",
]
