"""A CSV as spreadsheets write it: its encoding, its delimiter, its header and its rows."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from qcportal.errors import Fault, Invalid

DELIMITERS = (",", ";", "\t")
MOST_COLUMNS = 120
# More than any row we take; an open quote makes us read no more than this twice.
_LONGEST_FIELD, _MOST_LINES = 20_000, 40
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
        """Give every line that is not empty, the header first.

        Where a quotation mark is open, its own line is the broken row, and the lines that it
        swallowed are read again.
        """
        csv.field_size_limit(_LONGEST_FIELD)
        lines = _Lines(self._lines())
        reader = csv.reader(lines, delimiter=self._delimiter)
        while True:
            start, cells = lines.begin(), self._read_record(reader, lines)
            if cells is None:
                return
            broken = lines.doubtful and not self._is_closed(lines.taken)
            if broken:
                cells = self._as_they_stand(lines.taken[0])
                lines.put_back()
            if any(cell.strip() for cell in cells) and not _names_delimiter(cells, start):
                kept = tuple(unescape(cell) for cell in cells)
                yield Row(start, kept, OPEN_QUOTE if broken else "")

    def _read_record(self, reader: Iterator[list[str]], lines: "_Lines") -> list[str] | None:
        """Read the next record, or what stands in the one line of it; None at the end."""
        try:
            return next(reader, None)
        except csv.Error:
            return self._as_they_stand(lines.taken[0])

    def _is_closed(self, lines: list[str]) -> bool:
        """Tell whether every mark that is opened in these lines is closed before a delimiter."""
        try:
            return len(list(csv.reader(lines, delimiter=self._delimiter, strict=True))) == 1
        except csv.Error:
            return False

    def _as_they_stand(self, line: str) -> list[str]:
        """Give the cells of one line, its quotation marks being letters."""
        try:
            plain = csv.reader([line], delimiter=self._delimiter, quoting=csv.QUOTE_NONE)
            return next(plain, [])
        except csv.Error:  # a cell of a length that nobody can correct
            return [line[:_LONGEST_FIELD]]

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


class _Lines:
    """The lines of a text; those of the record in hand can be read again, but for its first."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text, self._again = text, deque[str]()
        self.taken: list[str] = []
        self._line = 0

    def begin(self) -> int:
        """Begin a record and give the number of its first line."""
        self._line += len(self.taken)
        self.taken = []
        return self._line + 1

    @property
    def doubtful(self) -> bool:
        """Tell whether a quotation mark may be open in the record."""
        return len(self.taken) > 1 or self.taken[0].count('"') % 2 == 1

    def put_back(self) -> None:
        """Let all lines but the first be read again."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _MOST_LINES:
            raise csv.Error("a record of too many lines")
        line = self._again.popleft() if self._again else next(self._text)
        self.taken.append(line)
        return line


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
