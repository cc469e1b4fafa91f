"""What phones photograph in a fault run: small true JPEGs, and files that mean harm."""

import io
import struct
import zlib
from functools import cache
from random import Random

from PIL import Image

from qcportal.demo.pictures import COMMENT, START_OF_IMAGE

SIDE = 64
PATTERNS = 8
BOMB_SIDE = 30_000
OVERSIZE = 12_582_912 + 4_096
"""Bytes; the largest photo that the shipped kinds allow is 12 MiB."""


def photo(name: str) -> bytes:
    """Give a true JPEG of some 2 KB that no other name has, and the same name has again."""
    dice = Random(name)
    comment = f"{name} {dice.randbytes(16).hex()}".encode()
    segment = COMMENT + (len(comment) + 2).to_bytes(2, "big") + comment
    return START_OF_IMAGE + segment + _pattern(dice.randrange(PATTERNS))[2:]


def damaged(data: bytes) -> bytes:
    """Give the bytes as a bad line leaves them: as many, with one bit turned."""
    place = len(data) // 2
    return data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :]


def corrupt(name: str) -> bytes:
    """Give a file that begins as a JPEG and is none."""
    return START_OF_IMAGE + b"\xff\xe0" + Random(name).randbytes(3000)


def bomb(name: str) -> bytes:
    """Give a small PNG that says it has 900 million pixels."""
    header = struct.pack(">IIBBBBB", BOMB_SIDE, BOMB_SIDE, 8, 0, 0, 0, 0)
    black = zlib.compress(bytes(BOMB_SIDE + 1) * 200, 9)
    parts = [(b"IHDR", header), (b"tEXt", b"Comment\0" + name.encode() + b"." * 1000)]
    parts += [(b"IDAT", black), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def oversize(name: str) -> bytes:
    """Give a file that is larger than a photo may be."""
    return photo(name) + bytes(OVERSIZE)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data).to_bytes(4, "big")
    return len(data).to_bytes(4, "big") + kind + data + check


@cache
def _pattern(number: int) -> bytes:
    dice, sink = Random(f"pattern {number}"), io.BytesIO()
    noise = Image.frombytes("RGB", (SIDE // 2, SIDE // 2), dice.randbytes(3 * SIDE * SIDE // 4))
    noise.resize((SIDE, SIDE)).save(sink, "JPEG", quality=60)
    return sink.getvalue()
