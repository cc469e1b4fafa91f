"""The program behind `imaging.analyse_limited`: a forked, limited child for each picture.

Run by path beside imaging.py, in the portal and in the Lambda bundle alike; never imported.
"""

import base64
import json
import os
import resource
import sys
from dataclasses import asdict

import imaging  # type: ignore[import-not-found]


def _limit(seconds: int, memory: int) -> None:
    os.nice(5)  # whoever tells and shows photos goes before whoever measures them
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Pipes are no files: the answer still goes out, but nothing can be written to a disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _serve() -> None:
    """Answer one question after the other, each in a forked child; ends with its parent."""
    while line := sys.stdin.buffer.readline():
        seconds, memory, size = (int(word) for word in line.split())
        data = sys.stdin.buffer.read(size)
        answer = _in_child(data, seconds, memory) or b'{"refused": "too_costly"}'
        sys.stdout.buffer.write(f"{len(answer)}\n".encode() + answer)
        sys.stdout.buffer.flush()


def _in_child(data: bytes, seconds: int, memory: int) -> bytes:
    """Give what a limited child found, or nothing when it died of its limits."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _limit(seconds, memory)
            with os.fdopen(writing, "wb") as target:
                target.write(_findings(data))
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as source:
        answer = source.read()
    return answer if os.waitpid(child, 0)[1] == 0 else b""


def _findings(data: bytes) -> bytes:
    try:
        found = asdict(imaging.analyse(data))
    except imaging.ImageRefused as refusal:
        return json.dumps({"refused": refusal.reason}).encode()
    found["thumbnails"] = {
        width: base64.b64encode(thumbnail).decode("ascii")
        for width, thumbnail in found["thumbnails"].items()
    }
    return json.dumps(found).encode()


if __name__ == "__main__":
    _serve()
