"""Upload forms of a merchant's own files for a dispute, for pages and programs alike."""

from typing import Any

from qcportal import clock
from qcportal.blueprints import pictures
from qcportal.photos import Photo
from qcportal.storage import FormWanted


def form_of(photo: Photo) -> dict[str, Any]:
    """Sign a form for one file whose row is committed; a fresh one is for the same key.

    Without an announced digest the sender fills `x-amz-meta-sha256` in, or leaves it empty.
    """
    digest = {"sha256": photo.claimed_sha256} if photo.claimed_sha256 else {}
    wanted = FormWanted(
        key=photo.key,
        content_type=photo.content_type,
        min_bytes=photo.min_bytes,
        max_bytes=photo.max_bytes,
        metadata={"kind": photo.kind, **digest},
        open_metadata=() if digest else ("sha256",),
    )
    batch = pictures.store().issue_forms([wanted], clock.now())
    (form,) = batch.forms
    return {
        "photo_id": photo.id,
        "key": photo.key,
        "method": form.method,
        "url": form.url,
        "fields": dict(form.fields),
        "effective_expires_at": batch.effective_expires_at,
    }
