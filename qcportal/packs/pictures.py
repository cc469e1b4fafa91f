"""Small copies of the photos for the document: a thumbnail that is kept, or one made on the spot.

An original is only ever opened by the guarded child of imaging.py; it is hostile until then.
"""

import io
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import structlog
from PIL import Image

from qcportal import imaging
from qcportal.errors import NotFound, TooLarge
from qcportal.packs.told_photos import Shown

log = structlog.get_logger(__name__)

WIDTH = 640
MOST = 80
"""How many photos a document shows; further ones are named with their digests."""
MOST_THUMBNAIL, MOST_ORIGINAL = 2_097_152, 15_728_640
AT_ONCE = 4


class Store(Protocol):
    """What is needed of a PhotoStore."""

    def get(self, key: str, version_id: str, *, limit: int) -> bytes:
        """Read one version whole."""


def load(store: Store, photos: Sequence[Shown]) -> Mapping[str, bytes]:
    """Give JPEGs by the id of their photo, of all that are pictures and can be opened."""
    wanted = [each for each in photos if _is_picture(each)][:MOST]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = pool.map(lambda each: _copy(store, each), wanted)
        return {each.id: jpeg for each, jpeg in zip(wanted, made, strict=True) if jpeg}


def _is_picture(photo: Shown) -> bool:
    kind = str(photo.facts["content_type"])
    sound = photo.facts["standing"] != "unreadable" and not photo.facts.get("problem")
    return photo.original is not None and sound and kind.startswith("image/")


def _copy(store: Store, photo: Shown) -> bytes | None:
    try:
        return _jpeg(_thumbnail(store, photo) or _made(store, photo))
    except (NotFound, TooLarge, imaging.ImageRefused) as error:
        log.warning("no_picture_for_pack", photo=photo.id, reason=str(error))
        return None


def _thumbnail(store: Store, photo: Shown) -> bytes | None:
    if WIDTH not in photo.thumbnails:
        return None
    key = f"d/{photo.id}/{str(photo.facts['sha256'])[:16]}-{WIDTH}.webp"
    try:
        return store.get(key, "", limit=MOST_THUMBNAIL)
    except NotFound:  # thumbnails expire, and can be made again
        return None


def _made(store: Store, photo: Shown) -> bytes:
    original: Any = photo.original
    data = store.get(original.key, original.version_id, limit=MOST_ORIGINAL)
    sizes = imaging.analyse_limited(data).thumbnails
    fitting = [width for width in sizes if width >= WIDTH] or [max(sizes)]
    return sizes[min(fitting)]


def _jpeg(webp: bytes) -> bytes:
    """Turn a thumbnail of our own into what PDFs hold as it is."""
    with Image.open(io.BytesIO(webp), formats=("WEBP",)) as picture:
        held = io.BytesIO()
        picture.convert("RGB").save(held, "JPEG", quality=82)
    return held.getvalue()
