"""A merchant's catalogue out of a CSV, or a ZIP of one CSV and pictures."""

import uuid

from qcportal import jobs
from qcportal.catalogue_import.archives import Upload
from qcportal.catalogue_import.columns import KNOWN, read_header
from qcportal.catalogue_import.pictures import Tools
from qcportal.catalogue_import.running import COUNTS, MOST_BYTES, MOST_ROWS, run
from qcportal.db import new_id
from qcportal.errors import Fault, Invalid
from qcportal.history import Actor
from qcportal.jobs import Job
from qcportal.storage import PhotoStore

KIND = "catalogue_import"
PREFIX = "i/"

__all__ = [
    "COUNTS",
    "KIND",
    "KNOWN",
    "MOST_BYTES",
    "MOST_ROWS",
    "Tools",
    "keep_upload",
    "run",
    "start",
]


def keep_upload(store: PhotoStore, merchant_id: uuid.UUID, data: bytes) -> str:
    """Put an upload into the bucket and give its key; raises Invalid for what is no catalogue.

    The header is read at once, so that a wrong file is answered and not queued.
    """
    if not data:
        raise Invalid(faults=[Fault("", "empty", "The file is empty.")])
    upload = Upload(data)
    read_header(upload.sheet.header)
    key = f"{PREFIX}{merchant_id.hex}/{new_id().hex}"
    kind = "application/zip" if upload.has_files else "text/csv"
    store.put_derived(key, data, kind)
    return key


def start(merchant_id: uuid.UUID, key: str, file_name: str, *, by: Actor) -> Job:
    """Ask for the import of an upload that is kept under `key`."""
    return jobs.start(merchant_id, KIND, {"key": key, "file_name": file_name[:200]}, by=by)
