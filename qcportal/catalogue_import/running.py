"""The job that brings an uploaded sheet into the catalogue: rows first, then their pictures.

It can be broken off anywhere and taken up again: what `job.done` counts is not done twice, and the
rows to correct are found anew, since reading a row depends on the file alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from qcportal import catalogue
from qcportal.catalogue import Entry
from qcportal.catalogue_import import pictures
from qcportal.catalogue_import.archives import Upload
from qcportal.catalogue_import.columns import Column, Said, Unreadable, read_header, read_row
from qcportal.catalogue_import.corrections import Corrections
from qcportal.catalogue_import.pictures import Made, Tools, Wanted
from qcportal.catalogue_import.sheets import Row
from qcportal.errors import Fault, Invalid
from qcportal.jobs import Job, JsonObject, Progress

MOST_ROWS = 200_000
MOST_BYTES = 52_428_800
ROWS_AT_ONCE = 500
COUNTS = ("added", "changed", "same", "refused", "pictures_set", "pictures_same", "pictures_failed")
FOUND_ANEW = ("refused", "pictures_failed")
CSV_TYPE = "text/csv; charset=utf-8"


def run(tools: Tools, job: Job, progress: Progress) -> JsonObject:
    """Import the upload that the job names; raises Invalid when it cannot be read at all."""
    data = tools.store.get(job.params["key"], "", limit=MOST_BYTES)
    return Import(tools, job, progress, Upload(data)).run()


@dataclass(frozen=True)
class _Read:
    """One row with what it says, or with the reason why it is refused."""

    row: Row
    said: Said | None
    problem: str = ""


class Import:
    """One run of the job over one upload."""

    def __init__(self, tools: Tools, job: Job, progress: Progress, upload: Upload) -> None:
        self._tools, self._job, self._progress, self._upload = tools, job, progress, upload
        self._columns = read_header(upload.sheet.header)
        self._corrections = Corrections(upload.sheet.header)
        counted = {name: int(job.result.get(name, 0)) for name in COUNTS}
        self._counts = counted | dict.fromkeys(FOUND_ANEW, 0)
        self._rows, self._pictures = self._survey()
        self._done_before = job.done

    def run(self) -> JsonObject:
        """Do what is not done yet and give the counts."""
        self._take_rows()
        self._take_pictures()
        result = self._so_far() | {
            "columns": [{"head": each.head, "meaning": each.meaning} for each in self._columns],
            "shown": self._corrections.shown,
            "corrections": self._corrections.count,
        }
        if self._corrections.count:
            result["corrections_key"] = self._job.params["key"] + "-rows-to-correct.csv"
            content = self._corrections.content()
            self._tools.store.put_derived(result["corrections_key"], content, CSV_TYPE)
        return result

    def _survey(self) -> tuple[int, int]:
        """Count the rows, and those with a picture."""
        places = [at for at, each in enumerate(self._columns) if each.field == "picture"]
        rows = with_picture = 0
        for row in self._upload.sheet.rows():
            rows += 1
            with_picture += any(row.cells[at : at + 1] not in ((), ("",)) for at in places)
            if rows > MOST_ROWS:
                words = "The file has more than 2,00,000 rows; send it in parts."
                raise Invalid(faults=[Fault("", "too_many_rows", words)])
        return rows, with_picture

    def _take_rows(self) -> None:
        reads, done = self._reads(), 0
        self._tell(0)
        while chunk := list(islice(reads, ROWS_AT_ONCE)):
            done += len(chunk)
            for each in chunk:
                if each.said is None:
                    self._counts["refused"] += 1
                    self._correct(each.row, each.problem)
            if done > self._done_before:
                self._put([each.said.entry for each in chunk if each.said])
            self._tell(done)

    def _put(self, entries: list[Entry]) -> None:
        tally = catalogue.put_entries(self._job.owner_id, entries)
        self._counts["added"] += tally.added
        self._counts["changed"] += tally.changed
        self._counts["same"] += tally.same

    def _take_pictures(self) -> None:
        if not self._pictures:
            return
        reads = (each for each in self._reads() if each.said and each.said.picture)
        done = self._rows
        while chunk := list(islice(reads, pictures.AT_ONCE)):
            done += len(chunk)
            self._take_some_pictures(chunk, done)
        self._tell(self._rows + self._pictures)

    def _take_some_pictures(self, chunk: list[_Read], done: int) -> None:
        rows = {each.said.entry.sku: each.row for each in chunk if each.said}
        wanted = [Wanted(each.said.entry.sku, each.said.picture) for each in chunk if each.said]
        sources = {each.sku: pictures.source_of(each, self._upload) for each in wanted}
        stale = pictures.find_stale(self._job.owner_id, wanted, sources)
        self._tell(done - len(chunk))  # fetching takes seconds, and no lock is held meanwhile
        if done > self._done_before:
            self._counts["pictures_same"] += len(wanted) - len(stale)
        made = pictures.make(self._tools, self._job.owner_id, stale, self._upload)
        for each, picture in zip(stale, made, strict=True):
            self._set_picture(each, picture, rows[each.sku])
        self._tell(done)

    def _set_picture(self, wanted: Wanted, made: Made, row: Row) -> None:
        if made.refusal:
            self._counts["pictures_failed"] += 1
            self._correct(row, f"picture: {made.refusal} The rest of the row is in the catalogue.")
            return
        pictures.set_picture(self._job.owner_id, wanted.sku, made)
        self._counts["pictures_set"] += 1

    def _reads(self) -> Iterator[_Read]:
        """Read every row; of a SKU that stands twice the first row counts."""
        lines: dict[str, int] = {}
        for row in self._upload.sheet.rows():
            try:
                said = read_row(row, self._columns, files=self._upload.has_files)
            except Unreadable as problem:
                yield _Read(row, None, str(problem))
                continue
            first = lines.setdefault(said.entry.sku, row.line)
            if first == row.line:
                yield _Read(row, said)
            else:
                yield _Read(row, None, f"sku stands in line {first} already.")

    def _correct(self, row: Row, problem: str) -> None:
        self._corrections.add(row, _sku(row, self._columns), problem)

    def _tell(self, done: int) -> None:
        done = max(done, self._done_before)
        self._progress.at(done, self._rows + self._pictures, self._so_far())

    def _so_far(self) -> dict[str, Any]:
        return {**self._counts, "rows": self._rows, "pictures": self._pictures}


def _sku(row: Row, columns: tuple[Column, ...]) -> str:
    cells = dict(zip((each.field for each in columns), row.cells, strict=False))
    return cells.get("sku", "")
