"""Uploads of a catalogue and the files that come of them, for every door that takes them."""

import uuid

from qcportal import catalogue_import, clock, errors, jobs
from qcportal.blueprints import pictures
from qcportal.blueprints.access import actor
from qcportal.db import db
from qcportal.jobs import Job
from qcportal.language import gettext as _

LARGEST = catalogue_import.MOST_BYTES
DOWNLOAD_NAME = "rows-to-correct.csv"


def receive(merchant_id: uuid.UUID, data: bytes, file_name: str) -> Job:
    """Keep an upload and ask for its import; raises Invalid for what is no catalogue."""
    if len(data) > LARGEST:
        raise errors.TooLarge(_("Send at most %(n)s MB at once.", n=LARGEST // 1_048_576))
    db.session.commit()  # the upload takes seconds, and no lock is held meanwhile
    key = catalogue_import.keep_upload(pictures.store(), merchant_id, data)
    job = catalogue_import.start(merchant_id, key, file_name, by=actor())
    db.session.commit()
    return job


def get_import(job_id: uuid.UUID) -> Job:
    """Get an import of the scope, or raise NotFound."""
    job = jobs.get_job(job_id)
    if job.kind != catalogue_import.KIND:
        raise errors.NotFound()
    return job


def corrections_url(job: Job) -> str | None:
    """Give the signed address of the rows to correct, if there are any; after the access check."""
    key = job.result.get("corrections_key")
    if not key:
        return None
    return pictures.store().reading_url(
        key,
        "",
        content_type="text/csv; charset=utf-8",
        at=clock.now(),
        expires=pictures.LIFETIME,
        download_name=DOWNLOAD_NAME,
    )
