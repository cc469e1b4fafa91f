"""A merchant's catalogue: what each SKU is, and its picture, shown beside the door photo."""

import hashlib
import uuid
from collections.abc import Collection

from sqlalchemy import BigInteger, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import clock, tenancy
from qcportal.db import At, Base, Document, Id, Line, Prose, db, new_id

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


def find_pictures(
    merchant_ids: Collection[uuid.UUID], skus: Collection[str]
) -> dict[tuple[uuid.UUID, str], CataloguePicture]:
    """Find the pictures of these SKUs, by (merchant, SKU)."""
    if not skus:
        return {}
    statement = select(CataloguePicture).where(
        CataloguePicture.merchant_id.in_(sorted(merchant_ids)),
        CataloguePicture.client_sku_id.in_(sorted(skus)),
    )
    found = db.session.scalars(statement)
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
