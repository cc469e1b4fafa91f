"""ZIP archives that are streamed, and whose every byte follows from what is in them. Pure.

Files are stored as they are, in their order, with ZIP64 where it is needed (PKWARE APPNOTE 6.3.3,
sections 4.3 and 4.5.3). Size and CRC-32 are known before the first byte, so that length and every
later byte are known too: a broken download goes on where it ended.
"""

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

_UTF8_NAMES = 0x800
_STORED, _PLAIN, _WITH_64 = 0, 20, 45
_MOST_32, _MOST_16 = 0xFFFFFFFF, 0xFFFF
_UNIX = 3 << 8
_A_FILE = 0o100644 << 16
PART = 1024 * 1024


@dataclass(frozen=True)
class Entry:
    """One file of an archive; `read` gives its bytes from an offset on, in parts."""

    name: str
    size: int
    crc32: int
    read: Callable[[int], Iterator[bytes]]


@dataclass(frozen=True)
class Piece:
    """Some bytes of an archive in a row; `read` gives them from an offset on."""

    size: int
    read: Callable[[int], Iterator[bytes]]


class Broken(Exception):
    """A file does not have the bytes that its archive was promised; nothing more is sent."""


def pieces(entries: Iterable[Entry], at: datetime) -> Iterator[Piece]:
    """Give an archive piece by piece; entries are asked for as they are needed.

    `at` is the time that all files in it are shown with.
    """
    stamp = _dos_time(at)
    place, listed = 0, []
    for entry in entries:
        head = _local_header(entry, stamp)
        listed.append(_directory_line(entry, stamp, place))
        yield _fixed(head)
        yield Piece(entry.size, _exactly(entry))
        place += len(head) + entry.size
    directory = b"".join(listed)
    yield _fixed(directory + _ending(len(listed), len(directory), place))


def measure(parts: Iterable[Piece]) -> int:
    """Give the length of an archive in bytes."""
    return sum(part.size for part in parts)


def cut(parts: Iterable[Piece], start: int, end: int) -> Iterator[bytes]:
    """Give the bytes from `start` to before `end`; what lies before is not read."""
    place = 0
    for part in parts:
        first, last = max(0, start - place), min(part.size, end - place)
        place += part.size
        if last > first:
            # Read to its end, a piece also says whether it was what it should be.
            data = part.read(first)
            yield from data if last == part.size else _first(data, last - first)
        if place >= end:
            return


def in_memory(data: bytes) -> Callable[[int], Iterator[bytes]]:
    """Give a reader of bytes that are at hand."""

    def read(start: int) -> Iterator[bytes]:
        for place in range(start, len(data), PART):
            yield data[place : place + PART]

    return read


def _fixed(data: bytes) -> Piece:
    return Piece(len(data), in_memory(data))


def _first(parts: Iterator[bytes], wanted: int) -> Iterator[bytes]:
    for part in parts:
        yield part[:wanted]
        wanted -= len(part[:wanted])
        if not wanted:
            return


def _exactly(entry: Entry) -> Callable[[int], Iterator[bytes]]:
    """Let a file that turns out shorter or longer than it should be end the archive."""

    def read(start: int) -> Iterator[bytes]:
        left = entry.size - start
        for part in entry.read(start):
            left -= len(part)
            if left < 0:
                break
            yield part
        if left:
            raise Broken(entry.name)

    return read


def _local_header(entry: Entry, stamp: tuple[int, int]) -> bytes:
    large = entry.size >= _MOST_32
    extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.size) if large else b""
    name = entry.name.encode()
    shown = _MOST_32 if large else entry.size
    fields = (
        0x04034B50, _WITH_64 if large else _PLAIN, _UTF8_NAMES, _STORED, *stamp, entry.crc32,
        shown, shown, len(name), len(extra),
    )  # fmt: skip
    return struct.pack("<I5H3I2H", *fields) + name + extra


def _directory_line(entry: Entry, stamp: tuple[int, int], place: int) -> bytes:
    large, far = entry.size >= _MOST_32, place >= _MOST_32
    wide = ([entry.size, entry.size] if large else []) + ([place] if far else [])
    extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    version = _WITH_64 if wide else _PLAIN
    name = entry.name.encode()
    shown = _MOST_32 if large else entry.size
    fields = (
        0x02014B50, _UNIX | version, version, _UTF8_NAMES, _STORED, *stamp, entry.crc32, shown,
        shown, len(name), len(extra), 0, 0, 0, _A_FILE, _MOST_32 if far else place,
    )  # fmt: skip
    return struct.pack("<I6H3I5H2I", *fields) + name + extra


def _ending(count: int, size: int, place: int) -> bytes:
    """Close the directory, in its long form first where one of its numbers needs it."""
    long = b""
    if count >= _MOST_16 or size >= _MOST_32 or place >= _MOST_32:
        long = struct.pack(
            "<IQ2H2I4Q", 0x06064B50, 44, _UNIX | _WITH_64, _WITH_64, 0, 0, count, count, size, place
        ) + struct.pack("<IIQI", 0x07064B50, 0, place + size, 1)
    shown = (min(count, _MOST_16), min(size, _MOST_32), min(place, _MOST_32))
    fields = (0x06054B50, 0, 0, shown[0], shown[0], shown[1], shown[2], 0)
    return long + struct.pack("<I4H2IH", *fields)


def _dos_time(at: datetime) -> tuple[int, int]:
    year = max(1980, min(at.year, 2107))
    date = (year - 1980) << 9 | at.month << 5 | at.day
    return at.hour << 11 | at.minute << 5 | at.second // 2, date
