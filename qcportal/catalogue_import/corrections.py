"""The file of rows to correct: the rows as they were sent, each with its line and its problem."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from qcportal.catalogue_import.columns import OURS
from qcportal.catalogue_import.sheets import Row, escape
from qcportal.rules.canonical import slug

SHOWN = 20


class Corrections:
    """Collects rows; the CSV is safe in a spreadsheet and can be corrected and sent again."""

    def __init__(self, header: Sequence[str]) -> None:
        self._kept = [at for at, head in enumerate(header) if slug(head) not in OURS]
        self._width = len(header)
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text)
        self._writer.writerow([*(header[at] for at in self._kept), "line", "problem"])
        self.count = 0
        self.shown: list[dict[str, Any]] = []

    def add(self, row: Row, sku: str, problem: str) -> None:
        """Add a row with what is wrong with it."""
        cells = [*row.cells, *[""] * self._width]
        kept = [cells[at] for at in self._kept] + list(row.cells[self._width :])
        self._writer.writerow([*(escape(cell) for cell in kept), row.line, problem])
        self.count += 1
        if len(self.shown) < SHOWN:
            self.shown.append({"line": row.line, "sku": _readable(sku), "problem": problem})

    def content(self) -> bytes:
        """Give the whole file."""
        return self._text.getvalue().encode("utf-8-sig", "replace")


def _readable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")[:80]
