"""Pictures of an import: fetched or taken out of the ZIP, decoded under guard, kept in sizes."""

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from qcportal import catalogue, imaging
from qcportal.catalogue_import.archives import NoPicture, Upload
from qcportal.fetching import Fetcher
from qcportal.outgoing import CallRefused
from qcportal.storage import PhotoStore

AT_ONCE = 4
_REFUSALS = {
    "not_an_image": "It is no JPEG, PNG or WebP.",
    "too_many_pixels": "It has more than 50 megapixels.",
    "corrupt": "The picture is damaged.",
    "too_slow": "It takes too long to open.",
    "too_costly": "It takes too much memory to open.",
}


@dataclass(frozen=True)
class Tools:
    """What an import needs of the outside: the bucket, and a way to fetch pictures."""

    store: PhotoStore
    fetcher: Fetcher = field(default_factory=Fetcher)


@dataclass(frozen=True)
class Wanted:
    """The picture that a SKU should have: an https address, or the name of a file."""

    sku: str
    picture: str

    @property
    def is_address(self) -> bool:
        """Tell whether it has to be fetched."""
        return self.picture.startswith("https://")


@dataclass(frozen=True)
class Made:
    """A picture that lies in the bucket in its sizes, or the reason why there is none."""

    data: bytes = b""
    size: tuple[int, int] = (0, 0)
    source: str = ""
    refusal: str = ""


def find_stale(
    merchant_id: uuid.UUID, wanted: Sequence[Wanted], sources: Mapping[str, str]
) -> list[Wanted]:
    """Give those whose SKU has no picture yet, or one from elsewhere; `sources` are by SKU."""
    skus = [each.sku for each in wanted]
    items = catalogue.find_items(merchant_id, skus)
    held = catalogue.find_pictures([merchant_id], skus)
    return [
        each
        for each in wanted
        if (merchant_id, each.sku) not in held or items[each.sku].picture_from != sources[each.sku]
    ]


def source_of(wanted: Wanted, upload: Upload) -> str:
    """Name where a picture comes from; a file by its bytes, so that other bytes are another."""
    if wanted.is_address:
        return wanted.picture
    try:
        return "sha256:" + hashlib.sha256(upload.picture(wanted.picture)).hexdigest()
    except NoPicture:
        return ""


def make(
    tools: Tools, merchant_id: uuid.UUID, wanted: Sequence[Wanted], upload: Upload
) -> list[Made]:
    """Get the pictures, decode them and put their sizes into the bucket.

    Takes seconds and touches no database. Raises Unavailable when the bucket is away.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        got = list(pool.map(lambda each: _get(tools, each, upload), wanted))
    return [_keep(tools, merchant_id, made) for made in got]


def set_picture(merchant_id: uuid.UUID, sku: str, made: Made) -> None:
    """Make it the picture of its SKU."""
    catalogue.set_picture(merchant_id, sku, data=made.data, size=made.size)
    catalogue.note_picture(merchant_id, sku, made.source)


def _get(tools: Tools, wanted: Wanted, upload: Upload) -> Made:
    read: Callable[[str], bytes] = tools.fetcher.fetch if wanted.is_address else upload.picture
    try:
        data = read(wanted.picture)
    except (CallRefused, NoPicture) as refused:
        return Made(refusal=str(refused))
    source = wanted.picture if wanted.is_address else _named(data)
    return Made(data, source=source)


def _named(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _keep(tools: Tools, merchant_id: uuid.UUID, made: Made) -> Made:
    if made.refusal:
        return made
    try:
        found = imaging.analyse_limited(made.data)
    except imaging.ImageRefused as refused:
        return Made(refusal=_REFUSALS.get(refused.reason, "It cannot be opened."))
    digest = hashlib.sha256(made.data).hexdigest()
    for size, thumbnail in found.thumbnails.items():
        key = catalogue.key_of(merchant_id, digest, size)
        tools.store.put_derived(key, thumbnail, "image/webp")
    return Made(made.data, (found.width, found.height), made.source)
