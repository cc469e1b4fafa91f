"""Evidence archives: how fast they stream, what memory they take, and what resuming saves.

`python bench/packs.py [GIGABYTES]` streams an archive of 0.02 and of 2 GB out of a reader that
makes its bytes as they are asked for, hashing every byte as a real pack does, beside plain SHA-256
over the same bytes (the floor); then the last megabyte alone. Each runs in a process of its own.
At the end the documents: how long one takes with 10 photos.
"""

import hashlib
import io
import json
import multiprocessing
import sys
import time
import uuid
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PIL import Image

from bench import telling
from qcportal.packs import archive, document, originals
from qcportal.packs.archive import Entry
from qcportal.packs.originals import Original

FILE = 20_000_000
PART = 1 << 20
AT = datetime(2026, 11, 27, tzinfo=UTC)
BLOCK = hashlib.sha512(b"photo").digest() * (PART // 64)


class Drawn:
    """A bucket whose files are made as they are read, and are all alike."""

    def read_in_parts(
        self, key: str, version_id: str, etag: str = "", *, start: int = 0
    ) -> Iterator[bytes]:
        """Give the bytes of a file from a place on."""
        for place in range(start, FILE, PART):
            yield BLOCK[: min(PART, FILE - place)]


def main() -> None:
    """Stream, print the table."""
    wanted = telling.asking(__doc__)
    wanted.add_argument("gigabytes", nargs="?", type=float, default=2.0)
    asked = wanted.parse_args()
    found = {}
    for gigabytes in (0.02, asked.gigabytes):
        files = max(1, int(gigabytes * 1e9 / FILE))
        for name in ("sha-256 alone", "archive", "its last megabyte"):
            telling.progress(f"{name}, {files} files", done=True)
            found[f"{name}, {files} files"] = _in_child(name, files)
    for photos in (3, 10):
        telling.progress(f"document of {photos} photos", done=True)
        found[f"document of {photos} photos"] = _in_child("document", photos)
    head = ("what", "MB", "seconds", "MB/s", "first byte ms", "peak RSS MB")
    telling.table(head, [_cells(name, one) for name, one in found.items()])
    telling.write(asked.json, "packs", found)


def _peak() -> float:
    """Give the most memory of this process in MB; ru_maxrss counts its parent's too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _cells(name: str, found: dict[str, float]) -> tuple[object, ...]:
    size, first = found["bytes"] / 1e6, 1000 * found["first"]
    return name, size, found["seconds"], size / found["seconds"], first, found["peak"]


def _in_child(name: str, count: int) -> dict[str, float]:
    context = multiprocessing.get_context("spawn")
    reading, writing = context.Pipe(duplex=False)
    child = context.Process(target=_measured, args=(name, count, writing))
    child.start()
    writing.close()
    found: dict[str, float] = json.loads(reading.recv())
    child.join()
    return found


def _measured(name: str, count: int, answer: Any) -> None:
    began = time.perf_counter()
    size, first = 0, 0.0
    for part in _bytes(name, count):
        first = first or time.perf_counter() - began
        size += len(part)
    seconds = time.perf_counter() - began
    peak = _peak()
    told = {"bytes": size, "seconds": seconds, "first": first, "peak": peak}
    answer.send(json.dumps(told))


def _bytes(name: str, count: int) -> Iterator[bytes]:
    bucket = Drawn()
    if name == "document":
        yield _document(count)
        return
    if name == "sha-256 alone":
        for _ in range(count):
            digest = hashlib.sha256()
            for part in bucket.read_in_parts("", ""):
                digest.update(part)
                yield part
        return
    parts = list(archive.pieces(_entries(bucket, count), AT))
    size = archive.measure(parts)
    yield from archive.cut(parts, size - PART if name != "archive" else 0, size)


def _entries(bucket: Drawn, count: int) -> list[Entry]:
    digest, crc32 = hashlib.sha256(), 0
    for part in bucket.read_in_parts("", ""):
        digest.update(part)
        crc32 = zlib.crc32(part, crc32)
    photo = Original(uuid.uuid4(), uuid.uuid4(), "u/x", "v", FILE, digest.hexdigest())
    read = originals.reader(bucket, photo)
    return [Entry(f"photos/{number:05}.jpg", FILE, crc32, read) for number in range(count)]


def _document(count: int) -> bytes:
    picture = io.BytesIO()
    Image.effect_noise((640, 853), 60).convert("RGB").save(picture, "JPEG", quality=82)
    at = AT.isoformat()
    ids = [str(uuid.uuid4()) for _ in range(count)]
    photos = [
        {
            "id": each, "number": number, "title": "डिब्बा", "standing": "matches",
            "file": f"photos/{number}.jpg", "size": 200_000, "width": 3000, "height": 4000,
            "captured_at": at, "stored_at": at, "announced_sha256": "a" * 64, "sha256": "a" * 64,
            "version": "v", "check": f"c{number}",
        }
        for number, each in enumerate(ids, 1)
    ]  # fmt: skip
    checks = [
        {
            "number": number, "question": "क्या यह वही वस्तु है?", "result": "match", "expected": "yes",
            "value": "yes", "remarks": "", "explanation": "As expected", "app_result": None,
            "because": ["Every article"], "required": True, "photos": [each],
        }
        for number, each in enumerate(ids, 1)
    ]  # fmt: skip
    item = {
        "client_sku_id": "TEE", "name": "Tee", "brand": "", "category": "", "quantity": 1,
        "price_paise": 100, "attributes": {}, "verdict": "pass", "verdict_reason": "",
        "checks": checks, "decided_by": None, "decided_at": None, "decided_note": None,
        "checklist": None,
    }  # fmt: skip
    rvp = {
        "awb": "771234567890", "title": "Tee", "verdict": "passed", "verdict_reason": "",
        "client_order_number": "FH", "return_reason": "", "city": "Pune", "pincode": "411014",
        "created_at": at,
    }  # fmt: skip
    facts = {
        "as_of": at, "zone": "Asia/Kolkata", "merchant": "Fern", "return": rvp, "inspection": None,
        "items": [item], "photos": photos, "dispute": None, "timeline": [],
        "history": {"chains": []},
    }  # fmt: skip
    return document.write(facts, dict.fromkeys(ids, picture.getvalue()))


if __name__ == "__main__":
    main()
