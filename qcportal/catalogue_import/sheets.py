"""A CSV as spreadsheets write it: its encoding, its delimiter, its header and its rows."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from qcportal.errors import Fault, Invalid

DELIMITERS = (",", ";", "\t")
MOST_COLUMNS = 120
# Longer than any cell we take; an open quote swallows no more than this.
_LONGEST_FIELD = 20_000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

OPEN_QUOTE = "A quotation mark is opened in this row and not closed."


@dataclass(frozen=True)
class Row:
    """One line of the file: its number, its cells, and what keeps it from being read, if so."""

    line: int
    cells: tuple[str, ...]
    broken: str = ""


class Sheet:
    """The rows of one CSV, which may be gone through more than once.

    UTF-8 with or without a byte order mark, UTF-16 with one; comma, semicolon or tab. A letter
    that cannot be read becomes a lone surrogate or U+FFFD, which no column takes.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._encoding = _encoding(data)
        self._delimiter = self._find_delimiter()
        self.header = self._read_header()

    def rows(self) -> Iterator[Row]:
        """Give every row under the header that is not empty."""
        rows = self._all()
        next(rows, None)
        return rows

    def _all(self) -> Iterator[Row]:
        """Give every line that is not empty, the header first."""
        csv.field_size_limit(_LONGEST_FIELD)
        reader = csv.reader(self._lines(), delimiter=self._delimiter)
        start = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield Row(start, (), OPEN_QUOTE)
            else:
                if any(cell.strip() for cell in cells) and not _names_delimiter(cells, start):
                    yield Row(start, tuple(unescape(cell) for cell in cells))
            start = reader.line_num + 1

    def _lines(self) -> io.TextIOWrapper:
        faults = "surrogateescape" if self._encoding == "utf-8-sig" else "replace"
        return io.TextIOWrapper(io.BytesIO(self._data), self._encoding, faults, newline="")

    def _find_delimiter(self) -> str:
        """Take the one that the first line has most of; Excel may name it there (`sep=;`)."""
        first = self._lines().readline(_LONGEST_FIELD)
        if first.lower().startswith("sep=") and first[4:5] in DELIMITERS:
            return first[4]
        return max(DELIMITERS, key=first.count)

    def _read_header(self) -> tuple[str, ...]:
        first = next(self._all(), None)
        if first is None or first.broken:
            words = "The first line has to name the columns, and “sku” has to be one of them."
            raise Invalid(faults=[Fault("", "no_header", words)])
        if len(first.cells) > MOST_COLUMNS:
            words = f"The first line names {len(first.cells)} columns; at most {MOST_COLUMNS} fit."
            raise Invalid(faults=[Fault("", "too_many_columns", words)])
        return tuple(cell.strip() for cell in first.cells)


def escape(cell: str) -> str:
    """Give a cell as it is safe in a spreadsheet, where `=`, `+`, `-` and `@` begin a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def unescape(cell: str) -> str:
    """Give a cell without what `escape` put before it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA_STARTS) else cell


def _names_delimiter(cells: list[str], line: int) -> bool:
    return line == 1 and cells[0].lower() in {"sep=", *(f"sep={each}" for each in DELIMITERS)}


def _encoding(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if data[:4] in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}:
        words = "This is a spreadsheet or a ZIP, not a CSV. Save it as “CSV UTF-8” and send that."
        raise Invalid(faults=[Fault("", "not_a_csv", words)])
    return "utf-8-sig"
