"""Upload forms of a merchant's own files for a dispute, for pages and programs alike."""

from typing import Any

from qcportal import clock
from qcportal.blueprints import pictures
from qcportal.blueprints.access import settings
from qcportal.photos import Photo
from qcportal.photos.own_files import SHOWN
from qcportal.storage import FormWanted


def kind_of(content_type: str) -> str:
    """Give the kind of file that takes a content type: a picture is a photo before all else."""
    kinds = [kind for kind in settings().capture_kinds.values() if kind.shown_as in SHOWN]
    return next((kind.name for kind in kinds if content_type in kind.content_types), "")


def types_taken() -> dict[str, str]:
    """Give every content type that can be added, with the extension that people know it by."""
    kinds = [kind for kind in settings().capture_kinds.values() if kind.shown_as in SHOWN]
    return {each: ending for kind in kinds for each, ending in kind.content_types.items()}


def form_of(photo: Photo, *, redirect: str = "") -> dict[str, Any]:
    """Sign a form for one file whose row is committed; a fresh one is for the same key.

    Without an announced digest the sender fills `x-amz-meta-sha256` in, or leaves it empty. S3
    sends a browser on to `redirect` when it has the file.
    """
    digest = {"sha256": photo.claimed_sha256} if photo.claimed_sha256 else {}
    wanted = FormWanted(
        key=photo.key,
        content_type=photo.content_type,
        min_bytes=photo.min_bytes,
        max_bytes=photo.max_bytes,
        metadata={"kind": photo.kind, **digest},
        open_metadata=() if digest else ("sha256",),
        redirect=redirect,
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
