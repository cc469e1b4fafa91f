"""One return's evidence as files of an archive: originals, document, history, manifest, verifier.

The manifest names every other file. All of it follows from the facts, so the archive can be cut
anywhere and its tag stands for its bytes.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from qcportal import language
from qcportal.packs import archive, chains, originals, pictures
from qcportal.packs.archive import Entry, Piece
from qcportal.packs.contents import Contents
from qcportal.packs.originals import DIFFERS, Checked
from qcportal.packs.told_photos import Shown
from qcportal.storage import PhotoStore

VERIFIER = (Path(__file__).parent / "verify_pack.py").read_bytes()
MANIFEST, DOCUMENT, HISTORY, SCRIPT = "manifest.json", "evidence.pdf", "history.jsonl", "verify.py"
PROBLEMS = {DIFFERS: "altered"}


@dataclass(frozen=True)
class Archive:
    """An archive that is ready to be sent, from any byte on; `tag` stands for its bytes."""

    name: str
    size: int
    tag: str
    parts: Sequence[Piece]

    def stream(self, start: int, end: int) -> Iterator[bytes]:
        """Give the bytes from `start` to before `end`."""
        return archive.cut(self.parts, start, end)


def write_document(store: PhotoStore, contents: Contents) -> bytes:
    """Write the document of a return; raises Unavailable when the bucket is away."""
    from qcportal.packs import document  # 30 MB of fonts and PDF that few processes need

    return document.write(contents.facts, pictures.load(store, contents.shown))


def look(store: PhotoStore, contents: Contents) -> tuple[Contents, dict[Any, Checked]]:
    """Look whether every original is what it should be; one that is not is told of, and left out.

    Gives the contents as they can be packed, and what the look gave.
    """
    wanted = list(contents.originals.values())
    checked = originals.check(store, wanted)
    shown = tuple(_with_problem(each, checked) for each in contents.shown)
    facts = {**contents.facts, "photos": [each.facts for each in shown]}
    held = {each.path: each.original for each in shown if each.path and each.original}
    return replace(contents, facts=facts, shown=shown, originals=held), checked


def entries(
    store: PhotoStore, contents: Contents, checked: dict[Any, Checked], *, folder: str = ""
) -> list[Entry]:
    """Give the files of a return's pack, the manifest first; `folder` is put before their names."""
    written = {
        DOCUMENT: write_document(store, contents),
        HISTORY: chains.lines(contents.chains),
        SCRIPT: VERIFIER,
    }
    listed = [_listed(name, data) for name, data in written.items()]
    listed += [
        {"path": path, "size": each.size, "sha256": each.sha256}
        for path, each in contents.originals.items()
    ]
    manifest = {**contents.facts, "language": language.current(), "files": listed}
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    made = [_made(folder + name, data) for name, data in ({MANIFEST: text} | written).items()]
    return made + [
        Entry(
            folder + path,
            each.size,
            checked[each.photo_id].crc32 or 0,
            originals.reader(store, each),
        )
        for path, each in contents.originals.items()
    ]


def pack(store: PhotoStore, contents: Contents, checked: dict[Any, Checked]) -> Archive:
    """Make a return's archive, ready to be sent; `contents` and `checked` as `look` gave them."""
    files = entries(store, contents, checked)
    parts = list(archive.pieces(files, as_of(contents)))
    stamp = hashlib.sha256()
    for each in files:
        stamp.update(f"{each.name}\n{each.size}\n{each.crc32}\n".encode())
    stamp.update(b"".join(files[0].read(0)))
    return Archive(f"{contents.stem}.zip", archive.measure(parts), stamp.hexdigest()[:32], parts)


def as_of(contents: Contents) -> datetime:
    """Give the moment of the last event that a pack tells of."""
    return datetime.fromisoformat(contents.facts["as_of"])


def _with_problem(photo: Shown, checked: dict[Any, Checked]) -> Shown:
    if photo.original is None:
        return photo
    problem = checked[photo.original.photo_id].problem
    if not problem:
        return photo
    said = {"problem": PROBLEMS.get(problem, problem), "file": None}
    return replace(photo, facts={**photo.facts, **said}, path="", original=None)


def _listed(path: str, data: bytes) -> dict[str, Any]:
    return {"path": path, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _made(name: str, data: bytes) -> Entry:
    return Entry(name, len(data), zlib.crc32(data), archive.in_memory(data))
