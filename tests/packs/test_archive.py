"""Streamed archives: what other programs read of them, and that every byte can be asked for."""

import io
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.packs import archive
from qcportal.packs.archive import Broken, Entry

AT = datetime(2026, 11, 27, 10, 42, 6, tzinfo=UTC)


def entry(name: str, data: bytes) -> Entry:
    return Entry(name, len(data), zlib.crc32(data), archive.in_memory(data))


def written(*files: Entry) -> bytes:
    parts = list(archive.pieces(files, AT))
    return b"".join(archive.cut(parts, 0, archive.measure(parts)))


FILES = {"manifest.json": b"{}", "photos/001-फोटो.jpg": b"\xff\xd8" * 1000, "empty": b""}


def test_python_and_unzip_read_it_with_names_times_and_bytes(tmp_path: Path) -> None:
    data = written(*[entry(name, content) for name, content in FILES.items()])
    held = zipfile.ZipFile(io.BytesIO(data))
    assert held.testzip() is None
    assert {name: held.read(name) for name in held.namelist()} == FILES
    assert held.infolist()[0].date_time == (2026, 11, 27, 10, 42, 6)
    file = tmp_path / "pack.zip"
    file.write_bytes(data)
    done = subprocess.run(
        ["python3", "-m", "zipfile", "-t", str(file)], capture_output=True, check=False
    )
    assert done.returncode == 0


def test_no_entry_at_all_is_an_archive_too() -> None:
    assert zipfile.ZipFile(io.BytesIO(written())).namelist() == []


@given(st.lists(st.binary(max_size=50), max_size=5), st.data())
def test_any_cut_is_that_part_of_the_whole(contents: list[bytes], data: st.DataObject) -> None:
    parts = list(archive.pieces([entry(f"f{n}", each) for n, each in enumerate(contents)], AT))
    size = archive.measure(parts)
    whole = b"".join(archive.cut(parts, 0, size))
    assert len(whole) == size
    start = data.draw(st.integers(0, size))
    end = data.draw(st.integers(start, size))
    assert b"".join(archive.cut(parts, start, end)) == whole[start:end]


def zeros(size: int) -> Entry:
    """A file of nothing but zeros, which is never in memory as a whole."""

    def read(start: int) -> Iterator[bytes]:
        for place in range(start, size, 1 << 24):
            yield bytes(min(1 << 24, size - place))

    return Entry("large.bin", size, 0, read)


def test_files_and_places_beyond_four_gigabytes_are_written_in_the_long_form() -> None:
    large = 0xFFFFFFFF + 10
    parts = list(archive.pieces([zeros(large), entry("after.txt", b"after")], AT))
    size = archive.measure(parts)
    tail_from = size - 400
    tail = b"".join(archive.cut(parts, tail_from, size))
    assert b"PK\x06\x06" in tail
    assert b"PK\x06\x07" in tail

    class Far(io.BytesIO):
        """The archive with a hole where the large file is."""

        def __init__(self) -> None:
            super().__init__()
            self.place = 0

        def seek(self, place: int, whence: int = 0) -> int:
            self.place = place + {0: 0, 1: self.place, 2: size}[whence]
            return self.place

        def tell(self) -> int:
            return self.place

        def seekable(self) -> bool:
            return True

        def read(self, wanted: int | None = -1) -> bytes:
            end = size if wanted is None or wanted < 0 else min(size, self.place + wanted)
            data = b"".join(archive.cut(parts, self.place, end))
            self.place = end
            return data

    held = zipfile.ZipFile(Far())
    assert held.getinfo("large.bin").file_size == large
    assert held.getinfo("after.txt").header_offset > 0xFFFFFFFF
    assert held.read("after.txt") == b"after"


def test_more_files_than_the_short_form_counts_are_all_there() -> None:
    data = written(*[entry(f"{number}.txt", b"x") for number in range(65_540)])
    assert len(zipfile.ZipFile(io.BytesIO(data)).namelist()) == 65_540


@pytest.mark.parametrize("content", [b"short", b"much longer than it was"])
def test_a_file_that_changed_its_length_ends_the_archive(content: bytes) -> None:
    changed = Entry("photo.jpg", 10, 0, archive.in_memory(content))
    parts = list(archive.pieces([changed], AT))
    with pytest.raises(Broken):
        list(archive.cut(parts, 0, archive.measure(parts)))


def test_a_part_is_given_without_reading_what_lies_before_it() -> None:
    def never(_start: int) -> Iterator[bytes]:
        raise AssertionError("it was read")

    parts = list(archive.pieces([Entry("a", 1000, 0, never), entry("b", b"bytes of b")], AT))
    size = archive.measure(parts)
    assert b"bytes of b" in b"".join(archive.cut(parts, 1031, size))
