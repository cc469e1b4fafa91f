"""Photos of a return over the partner API, with short-lived signed URLs."""

from datetime import datetime
from typing import Any

from flask import Response

from qcportal import clock, photos, returns
from qcportal.blueprints import pictures
from qcportal.blueprints.access import permission, settings
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.partner import blueprint
from qcportal.blueprints.partner.answers import PhotosAnswer
from qcportal.blueprints.partner.returns import ReturnPath
from qcportal.photos import Photo, ShownState, flags_of, measures, shown_state
from qcportal.photos.expecting import SLOT
from qcportal.returns import Return


@blueprint.get(
    "/returns/<uuid:return_id>/photos",
    summary="Get the photos of a return",
    responses={200: PhotosAnswer, **PROBLEMS},
)
@permission("photos:read")
def list_photos(path: ReturnPath) -> Response:
    """Photos that are expected but not here are listed with their state and no URL."""
    rvp = returns.get_return(path.return_id)
    at = clock.now()
    held = photos.find_for_returns([rvp.id])[rvp.id]
    shown = [each for each in held if each.purpose == SLOT or each.stored_at or each.captured_at]
    body = {
        "return_id": rvp.id,
        "urls_expire_at": pictures.expiry(at),
        "photos": [_photo(each, rvp, at) for each in shown],
    }
    return reply(body)


def _photo(photo: Photo, rvp: Return, at: datetime) -> dict[str, Any]:
    waits = {"late_after": settings().late_after, "missing_after": settings().missing_after}
    state = shown_state(photo, at=at, inspected=rvp.checked_at is not None, **waits)
    return {
        "photo_id": photo.id,
        "slot": photo.slot,
        "title": photo.title,
        "kind": photo.kind,
        "required": photo.required,
        "item_id": photo.item_id,
        "check": photo.check_key,
        "state": state.value,
        "captured_at": photo.captured_at,
        "stored_at": photo.stored_at,
        "verified_at": photo.verified_at,
        "sha256": photo.sha256,
        "bytes": photo.size,
        "content_type": photo.content_type,
        "url": pictures.original_url(photo, at),
        "thumbnails": {str(size): url for size, url in pictures.thumbnail_urls(photo, at).items()},
        "width": photo.width,
        "height": photo.height,
        "reason": _reason(photo) if state is ShownState.REFUSED else None,
        "quality": {
            "measured": measures.is_measured(photo.picture),
            "flags": flags_of(photo.picture),
            "tries": photo.claimed_tries,
            "accepted_flags": photo.accepted_flags,
        },
    }


def _reason(photo: Photo) -> str | None:
    return photo.unreadable_reason or photo.refused_reason
