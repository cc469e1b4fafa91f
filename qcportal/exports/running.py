"""The job that writes a list to a file and keeps the file in the bucket for some days.

Broken off, it begins again: a file that is half written is nowhere but in a folder that is gone.
"""

import hashlib
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from qcportal import accounts, jobs
from qcportal.errors import Fault, Invalid
from qcportal.exports import lists
from qcportal.exports.lists import ExportedList
from qcportal.exports.reading import slices
from qcportal.exports.sheets import CsvSheet, Sheet, XlsxSheet
from qcportal.history import Actor
from qcportal.jobs import Job, JsonObject, Progress
from qcportal.storage import PhotoStore

KIND = "export"
PREFIX = "x/"
CARRIER = "carrier"
"""The folder of the carrier's own files."""
CARRIER_ZONE = "Asia/Kolkata"
KEPT_DAYS = 7
"""For how long a file is offered; the bucket ends it a day later (deploy/aws.yaml)."""
CSV, XLSX = "csv", "xlsx"
FORMATS: Mapping[str, str] = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Asked:
    """What somebody wants exported; `filters` as the list keeps them, `words` for people."""

    list: str
    format: str
    filters: Mapping[str, Any]
    words: str = ""


def start(merchant_id: uuid.UUID | None, asked: Asked, *, by: Actor) -> Job:
    """Ask for an export of a merchant's list, or with None of the carrier's over all of them.

    Raises NotFound for an unknown list, Invalid for an unknown format.
    """
    lists.get_list(asked.list)
    if asked.format not in FORMATS:
        fault = Fault("/format", "bad_format", f"One of {', '.join(FORMATS)}.")
        raise Invalid(faults=[fault])
    params = {
        "list": asked.list,
        "format": asked.format,
        "filters": dict(asked.filters),
        "words": asked.words[:500],
    }
    return jobs.start(merchant_id, KIND, params, by=by)


def kept_until(job: Job) -> datetime | None:
    """Give until when the file of a job that is done can be fetched."""
    return job.ended_at + timedelta(days=KEPT_DAYS) if job.ended_at else None


def run(store: PhotoStore, job: Job, progress: Progress) -> JsonObject:
    """Write the file and put it into the bucket."""
    owner, kind = job.merchant_id, job.params["format"]
    zone = accounts.get_merchant(owner).timezone if owner else CARRIER_ZONE
    exported = lists.get_list(job.params["list"])
    columns = exported.columns_for(owner)
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / f"export.{kind}"
        sheet: Sheet = (CsvSheet if kind == CSV else XlsxSheet)(path, columns, zone)
        rows = _write(sheet, exported, job, progress, ZoneInfo(zone))
        key = f"{PREFIX}{owner.hex if owner else CARRIER}/{job.id.hex}.{kind}"
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            progress.at(rows, rows)
            store.put_derived_file(key, file, FORMATS[kind])
        size = path.stat().st_size
    return {"key": key, "bytes": size, "rows": rows, "sha256": digest, "zone": zone}


def _write(
    sheet: Sheet, exported: ExportedList, job: Job, progress: Progress, zone: ZoneInfo
) -> int:
    filters, columns, done = job.params["filters"], exported.columns_for(job.merchant_id), 0
    try:
        total = exported.count(job.merchant_id, filters)
        statement, key = exported.rows(job.merchant_id, filters)
        progress.at(done, total)
        for slice_ in slices(statement, key):
            for row in slice_:
                sheet.add([column.cell(row, zone) for column in columns])
            done += len(slice_)
            progress.at(done, max(total, done))
    finally:
        sheet.close()
    return done


def select_made(merchant_id: uuid.UUID | None, *kinds: str) -> Select[Job]:
    """Select what was made for a merchant, or the carrier, to download, newest first."""
    return (
        select(Job)
        .where(Job.merchant_id == merchant_id, Job.kind.in_(kinds))
        .order_by(Job.asked_at.desc(), Job.id.desc())
    )
