"""The two kinds of files that lists are written to, row by row and flat in memory."""

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from qcportal.errors import Fault, Invalid
from qcportal.exports.columns import Cell, Column, defused, is_formula

MOST_XLSX_ROWS = 1_048_575
"""What a sheet of Excel holds beside its heads."""
WIDTHS = {"text": 22, "number": 10, "money": 12, "time": 19}


class Sheet(Protocol):
    """A file that takes one row after the other."""

    def add(self, cells: Sequence[Cell]) -> None:
        """Write a row."""

    def close(self) -> None:
        """Write what is left; nothing can be added any more."""


class CsvSheet:
    """A CSV as RFC 4180 has it, with a mark at its start, so that Excel reads it as UTF-8.

    Text stands in quotes and numbers do not.
    """

    def __init__(self, path: Path, columns: Sequence[Column], zone: str) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, quoting=csv.QUOTE_NONNUMERIC)
        self._writer.writerow([column.head_in(zone) for column in columns])

    def add(self, cells: Sequence[Cell]) -> None:
        """Write a row."""
        self._writer.writerow([_plain(cell) for cell in cells])

    def close(self) -> None:
        """Write what is left."""
        self._file.close()


class XlsxSheet:
    """An Excel file; rows go to the disk as they come, and no text in it is ever a formula."""

    def __init__(self, path: Path, columns: Sequence[Column], zone: str) -> None:
        import xlsxwriter  # type: ignore[import-untyped]  # 9 MB that only the worker needs

        options = {"constant_memory": True, "tmpdir": str(path.parent)}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._sheet = self._book.add_worksheet("Export")
        self._formats = {
            "time": self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            "money": self._book.add_format({"num_format": "#,##0.00"}),
            # As if somebody had typed a quote mark first: it stays text when it is edited.
            "quoted": self._book.add_format({"quote_prefix": True}),
            "head": self._book.add_format({"bold": True, "bottom": 1}),
        }
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, WIDTHS[column.kind])
        for place, column in enumerate(columns):
            self._sheet.write_string(0, place, column.head_in(zone), self._formats["head"])
        self._sheet.freeze_panes(1, 0)
        self._kinds = [column.kind for column in columns]
        self._at = 0
        self._last = len(columns) - 1

    def add(self, cells: Sequence[Cell]) -> None:
        """Write a row; raises Invalid when Excel holds no more."""
        self._at += 1
        if self._at > MOST_XLSX_ROWS:
            words = "Excel holds 10,48,575 rows. Export fewer days at once, or as CSV."
            raise Invalid(faults=[Fault("", "too_many_rows", words)])
        for place, (cell, kind) in enumerate(zip(cells, self._kinds, strict=True)):
            if cell is not None and cell != "":
                self._write(place, cell, kind)

    def close(self) -> None:
        """Write what is left, and a filter over the heads."""
        self._sheet.autofilter(0, 0, self._at, self._last)
        self._book.close()

    def _write(self, place: int, cell: Any, kind: str) -> None:
        if isinstance(cell, datetime):
            self._sheet.write_datetime(self._at, place, cell, self._formats["time"])
        elif isinstance(cell, str):
            quoted = self._formats["quoted"] if is_formula(cell) else None
            self._sheet.write_string(self._at, place, cell, quoted)
        else:
            self._sheet.write_number(self._at, place, cell, self._formats.get(kind))


def _plain(cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, str):
        return defused(cell)
    return "" if cell is None else cell
