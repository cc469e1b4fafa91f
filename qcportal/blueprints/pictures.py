"""Signed reading URLs of photos and catalogue pictures; made after the access check only."""

from datetime import UTC, datetime, timedelta
from typing import cast

from flask import Response, current_app, redirect
from werkzeug.wrappers import Response as BaseResponse

from qcportal import clock, errors, thumbhash
from qcportal.catalogue import SIZES, CataloguePicture
from qcportal.language import gettext as _
from qcportal.photos import Photo
from qcportal.storage import READING_WINDOW_SECONDS, PhotoStore

LIFETIME = 300
YEAR = 31_536_000


def store() -> PhotoStore:
    """Give the bucket of the running app."""
    return cast(PhotoStore, current_app.extensions["qcportal.store"])


def expiry(at: datetime) -> datetime:
    """Give when the URLs made at a moment end."""
    start = int(at.timestamp()) // READING_WINDOW_SECONDS * READING_WINDOW_SECONDS
    return datetime.fromtimestamp(start, UTC) + timedelta(seconds=LIFETIME)


def original_url(photo: Photo, at: datetime, *, download: bool = False) -> str | None:
    """Give the URL of the very version that is the evidence, or None before it is here.

    What a browser could run (SVG, HTML) is only ever offered as a download.
    """
    if photo.stored_at is None or photo.version_id is None:
        return None
    return version_url(photo, photo.version_id, at, download=download)


def send_on(photo: Photo, *, download: bool) -> BaseResponse:
    """Send on to the original, signed for five minutes; raises NotFound before it is here."""
    url = original_url(photo, clock.now(), download=download)
    if url is None:
        raise errors.NotFound(_("This photo is not here yet."))
    return redirect(url, 303)


def version_url(photo: Photo, version_id: str, at: datetime, *, download: bool = False) -> str:
    """Give the URL of one of the files that came under a photo's name."""
    active = photo.content_type in {"image/svg+xml", "text/html"}
    name = photo.key.rpartition("/")[2] if download or active else None
    return store().reading_url(
        photo.key,
        version_id,
        content_type="application/octet-stream" if active else photo.content_type,
        at=at,
        expires=LIFETIME,
        download_name=name,
    )


def thumbnail_urls(photo: Photo, at: datetime) -> dict[int, str]:
    """Give the URLs of the sizes that the relay made (96 is a square, others are widths)."""
    return {size: thumbnail_url(photo, size, at) for size in photo.thumbnails}


def thumbnail_url(photo: Photo, size: int, at: datetime) -> str:
    """Give the URL of one size that the relay made."""
    return _derived(f"d/{photo.id}/{(photo.sha256 or '')[:16]}-{size}.webp", at)


def preview(photo: Photo) -> Response:
    """Give the blurred preview that the phone announced, or raise NotFound; it never changes."""
    if photo.thumbhash is None:
        raise errors.NotFound()
    response = Response(thumbhash.preview_webp(photo.thumbhash), mimetype="image/webp")
    response.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    return response


def catalogue_urls(picture: CataloguePicture | None, at: datetime) -> dict[int, str]:
    """Give the URLs of a catalogue picture's sizes."""
    if picture is None:
        return {}
    return {size: _derived(picture.key(size), at) for size in SIZES}


def _derived(key: str, at: datetime) -> str:
    return store().reading_url(key, "", content_type="image/webp", at=at, expires=LIFETIME)
