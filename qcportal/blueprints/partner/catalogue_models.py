"""What the partner API takes and answers of the catalogue."""

import uuid
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints, field_validator

from qcportal.blueprints.answers import Answer
from qcportal.blueprints.partner.payloads import Money, attribute_name
from qcportal.blueprints.typed import Address, Strict, Text
from qcportal.catalogue import MOST_ATTRIBUTES, Entry, is_wrong_code

AttributeName = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class CatalogueBody(Strict):
    """All that holds of a SKU from now on; money in rupees."""

    name: Text = ""
    brand: Text = ""
    category: Text = ""
    price: Money | None = None
    mrp: Money | None = None
    attributes: Annotated[dict[AttributeName, Text], Field(max_length=MOST_ATTRIBUTES)] = {}
    reference_images: Annotated[list[Address], Field(max_length=20)] = []

    @field_validator("attributes")
    @classmethod
    def _names_part(cls, value: dict[str, str]) -> dict[str, str]:
        names = [attribute_name(name) for name in value]
        if len(set(names)) != len(names) or "" in names:
            raise ValueError("two attributes have the same name, or one has none")
        if any(map(is_wrong_code, names, value.values())):
            raise ValueError("a bar code's check digit or its length is wrong")
        return value

    def entry(self, sku: str) -> Entry:
        """Give the domain's value."""
        fields = {
            "name": self.name,
            "brand": self.brand,
            "category": self.category,
            "price_paise": None if self.price is None else round(self.price * 100),
            "mrp_paise": None if self.mrp is None else round(self.mrp * 100),
            "reference_images": self.reference_images,
        }
        named = {attribute_name(name): text for name, text in self.attributes.items()}
        return Entry(sku, fields, named, replaces=True)


class CatalogueItemAnswer(Answer):
    """What the catalogue says of a SKU; `pictures` are its own by size, for five minutes."""

    client_sku_id: str
    name: str
    brand: str
    category: str
    price: float | None
    mrp: float | None
    attributes: dict[str, str]
    reference_images: list[str]
    pictures: dict[str, str]
    updated_at: AwareDatetime


class ColumnAnswer(Answer):
    """What a column is taken for; an empty meaning is passed by."""

    head: str
    meaning: str


class ProblemAnswer(Answer):
    """A row that was refused, or whose picture failed."""

    line: int
    sku: str
    problem: str


class ImportAnswer(Answer):
    """How an import stands: `done` of `total` are rows and pictures.

    `fault` says in words why it failed as a whole. `problems` are the first of the `corrections`
    rows in the file at `corrections_url` (for five minutes), which can be corrected and sent again.
    """

    import_id: uuid.UUID
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    done: int
    total: int
    added: int
    changed: int
    same: int
    refused: int
    pictures_set: int
    pictures_same: int
    pictures_failed: int
    columns: list[ColumnAnswer]
    problems: list[ProblemAnswer]
    corrections: int
    corrections_url: str | None
    fault: str | None
    asked_at: AwareDatetime
    ended_at: AwareDatetime | None
