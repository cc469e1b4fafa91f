"""A merchant's catalogue: what each SKU is, and its picture, shown beside the door photo."""

import hashlib
import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    Index,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import clock, errors, tenancy
from qcportal.db import EVERY_COLUMN, At, Base, Document, Id, Line, Prose, db, new_id
from qcportal.rules.canonical import ascii_digits, fold
from qcportal.rules.check_digits import is_gtin

PREFIX = "c/"
SIZES = (96, 320, 640, 1200)


class CatalogueItem(tenancy.TenantOwned, Base):
    """What a merchant says of a SKU once, so that its returns need not say it again.

    `attributes` are by lower-case name; `picture_from` is the address or the digest that the
    SKU's present picture came from, so that the same import again fetches nothing.
    """

    __tablename__ = "catalogue_items"
    __table_args__ = tenancy.table_args(UniqueConstraint("merchant_id", "client_sku_id"))

    id: Mapped[Id]
    client_sku_id: Mapped[Line]
    search_text: Mapped[Prose]
    name: Mapped[Line]
    brand: Mapped[Line]
    category: Mapped[Line]
    price_paise: Mapped[int | None] = mapped_column(BigInteger)
    mrp_paise: Mapped[int | None] = mapped_column(BigInteger)
    attributes: Mapped[Document]
    reference_images: Mapped[Document]
    picture_from: Mapped[Prose] = mapped_column(default="")
    updated_at: Mapped[At]


class CataloguePicture(tenancy.TenantOwned, Base):
    """The picture of one SKU; its derived sizes lie in the bucket under the content's digest."""

    __tablename__ = "catalogue_pictures"
    __table_args__ = tenancy.table_args(
        UniqueConstraint("merchant_id", "client_sku_id"), Index(None, "merchant_id")
    )

    id: Mapped[Id]
    client_sku_id: Mapped[Line]
    sha256: Mapped[Line]
    width: Mapped[int]
    height: Mapped[int]
    set_at: Mapped[At]

    def key(self, size: int) -> str:
        """Give the bucket key of one size (96 is a square, the others are widths)."""
        return key_of(self.merchant_id, self.sha256, size)


def key_of(merchant_id: uuid.UUID, sha256: str, size: int) -> str:
    """Give the key under which one size of a picture lies."""
    return f"{PREFIX}{merchant_id.hex}/{sha256[:32]}-{size}.webp"


@dataclass(frozen=True)
class Entry:
    """What is to be said of one SKU: `fields` by column name, money in paise, and attributes.

    What is not named stays as it is, and an attribute with an empty text goes. An entry that
    `replaces` is all that holds from now on.
    """

    sku: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    replaces: bool = False


@dataclass(frozen=True)
class Tally:
    """How many SKUs a change added, changed, or found to be said already."""

    added: int = 0
    changed: int = 0
    same: int = 0


EMPTY: Mapping[str, Any] = {
    "name": "",
    "brand": "",
    "category": "",
    "price_paise": None,
    "mrp_paise": None,
    "reference_images": [],
}
"""What a SKU of which nothing is said has in each field."""
MOST_ATTRIBUTES = 60
BAR_CODES = frozenset({"ean", "upc", "gtin", "ean_13", "ean13", "ean_code"})
"""The attributes that hold a bar code."""


def is_wrong_code(name: str, text: str) -> bool:
    """Tell whether the text of an attribute is to be a bar code and can be none."""
    if name not in BAR_CODES or not text:
        return False
    digits = ascii_digits(re.sub(r"[\s-]", "", text))
    return not (digits.isascii() and digits.isdecimal() and is_gtin(digits))


def find_items(merchant_id: uuid.UUID, skus: Collection[str]) -> dict[str, CatalogueItem]:
    """Find what the catalogue says of these SKUs, by SKU, in one statement."""
    if not skus:
        return {}
    statement = select(CatalogueItem).where(
        CatalogueItem.merchant_id == merchant_id, CatalogueItem.client_sku_id.in_(sorted(skus))
    )
    found = db.session.scalars(statement, execution_options={"populate_existing": True})
    return {item.client_sku_id: item for item in found}


def get_item(merchant_id: uuid.UUID, sku: str) -> CatalogueItem:
    """Get what the catalogue says of a SKU, or raise NotFound."""
    found = find_items(merchant_id, [sku]).get(sku)
    if found is None:
        raise errors.NotFound()
    return found


def find_page(
    merchant_id: uuid.UUID, words: str, *, after: str, limit: int
) -> Sequence[CatalogueItem]:
    """Find SKUs after a given one whose SKU, name or brand hold every one of the words."""
    statement = (
        select(CatalogueItem)
        .where(CatalogueItem.merchant_id == merchant_id, CatalogueItem.client_sku_id > after)
        .order_by(CatalogueItem.client_sku_id)
        .limit(limit)
    )
    for word in fold(words).split()[:10]:
        statement = statement.where(CatalogueItem.search_text.contains(word, autoescape=True))
    return db.session.scalars(statement).all()


def count_items(merchant_id: uuid.UUID) -> int:
    """Count the SKUs of a merchant's catalogue."""
    statement = select(func.count()).where(CatalogueItem.merchant_id == merchant_id)
    return db.session.scalar(statement) or 0


def put_entries(merchant_id: uuid.UUID, entries: Sequence[Entry]) -> Tally:
    """Say what each SKU is, in three statements; no SKU may stand in `entries` twice."""
    known = find_items(merchant_id, [entry.sku for entry in entries])
    made, changed = [], []
    for entry in entries:
        item = known.get(entry.sku)
        row = _row(merchant_id, entry, item)
        if item is None:
            made.append(row)
        elif any(getattr(item, name) != value for name, value in row.items()):
            changed.append(row | {"id": item.id, "updated_at": clock.now()})
    if made:
        fresh = [row | {"id": new_id(), "updated_at": clock.now()} for row in made]
        db.session.execute(insert(CatalogueItem), fresh, execution_options=EVERY_COLUMN)
    if changed:
        db.session.execute(update(CatalogueItem), changed)
    return Tally(len(made), len(changed), len(entries) - len(made) - len(changed))


def _row(merchant_id: uuid.UUID, entry: Entry, item: CatalogueItem | None) -> dict[str, Any]:
    values, attributes = dict(EMPTY), {}
    if item is not None and not entry.replaces:
        values, attributes = {name: getattr(item, name) for name in EMPTY}, dict(item.attributes)
    values |= entry.fields
    attributes = {name: text for name, text in {**attributes, **entry.attributes}.items() if text}
    searched = (entry.sku, values["name"], values["brand"])
    return values | {
        "merchant_id": merchant_id,
        "client_sku_id": entry.sku,
        "attributes": attributes,
        "search_text": fold(" ".join(searched)),
    }


def note_picture(merchant_id: uuid.UUID, sku: str, source: str) -> None:
    """Keep where the SKU's present picture came from."""
    statement = update(CatalogueItem).where(
        CatalogueItem.merchant_id == merchant_id, CatalogueItem.client_sku_id == sku
    )
    db.session.execute(statement.values(picture_from=source))


_PICTURES = select(CataloguePicture).where(
    CataloguePicture.merchant_id.in_(bindparam("merchant_ids", expanding=True)),
    CataloguePicture.client_sku_id.in_(bindparam("skus", expanding=True)),
)
"""Every page of a return asks this, so it is put together once."""


def find_pictures(
    merchant_ids: Collection[uuid.UUID], skus: Collection[str]
) -> dict[tuple[uuid.UUID, str], CataloguePicture]:
    """Find the pictures of these SKUs, by (merchant, SKU)."""
    if not skus:
        return {}
    wanted = {"merchant_ids": sorted(merchant_ids), "skus": sorted(skus)}
    found = db.session.scalars(_PICTURES, wanted)
    return {(picture.merchant_id, picture.client_sku_id): picture for picture in found}


def set_picture(
    merchant_id: uuid.UUID, sku: str, *, data: bytes, size: tuple[int, int]
) -> CataloguePicture:
    """Make `data` (checked and stored already) the picture of a SKU; the last one wins."""
    digest = hashlib.sha256(data).hexdigest()
    picture = find_pictures([merchant_id], [sku]).get((merchant_id, sku))
    if picture is None:
        picture = CataloguePicture(id=new_id(), merchant_id=merchant_id, client_sku_id=sku)
        db.session.add(picture)
    picture.sha256, (picture.width, picture.height) = digest, size
    picture.set_at = clock.now()
    db.session.flush()
    return picture
