"""What a merchant's back-end sends: the canonical return and rulebooks."""

import re
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator

from qcportal.blueprints.typed import (
    Address,
    Flag,
    Moment,
    Named,
    Number,
    Short,
    Strict,
    Text,
    Whole,
)
from qcportal.returns import NewItem, NewReturn

Money = Annotated[Number, Field(ge=0, le=100_000_000, description="Rupees")]
CURSOR = "^A[AB][A-Za-z0-9_-]{30}$"  # a moment before the year 2255 and an id, in base64
ATTRIBUTE = re.compile(r"[^0-9a-z]+")


class PickupBody(Strict):
    """Where the customer is; merchants' people never see the phone or the full address."""

    name: Text = ""
    phone: Annotated[str, StringConstraints(max_length=40)] = ""
    address: Annotated[str, StringConstraints(max_length=1000)] = ""
    city: Text = ""
    state: Text = ""
    pincode: Annotated[str, StringConstraints(pattern=r"^([1-9][0-9]{5})?$")] = ""
    latitude: Annotated[Number, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[Number, Field(ge=-180, le=180)] | None = None


class ItemBody(Strict):
    """One SKU on the return; `questions` are extra QC questions for this item only."""

    client_sku_id: Short
    name: Named
    brand: Text = ""
    category: Text = ""
    price: Money | None = None
    mrp: Money | None = None
    quantity: Annotated[Whole, Field(ge=1, le=1000)] = 1
    return_reason: Text = ""
    attributes: Annotated[
        dict[
            Annotated[str, StringConstraints(min_length=1, max_length=80)],
            Annotated[str, StringConstraints(max_length=300)],
        ],
        Field(max_length=60),
    ] = {}
    reference_images: Annotated[list[Address], Field(max_length=20)] = []
    qc_required: Flag = True
    questions: Annotated[list[dict[str, Any]], Field(max_length=50)] = []

    @field_validator("attributes")
    @classmethod
    def _names_part(cls, value: dict[str, str]) -> dict[str, str]:
        names = [attribute_name(name) for name in value]
        if len(set(names)) != len(names) or "" in names:
            raise ValueError("two attributes have the same name, or one has none")
        return value

    def item(self) -> NewItem:
        """Give the domain's value."""
        return NewItem(
            client_sku_id=self.client_sku_id,
            name=self.name,
            brand=self.brand,
            category=self.category,
            price_paise=_paise(self.price),
            mrp_paise=_paise(self.mrp),
            quantity=self.quantity,
            return_reason=self.return_reason,
            attributes={attribute_name(name): text for name, text in self.attributes.items()},
            reference_images=tuple(self.reference_images),
            qc_required=self.qc_required,
            questions=tuple(self.questions),
        )


class ReturnBody(Strict):
    """One return as the merchant knows it."""

    client_request_id: Short
    client_order_number: Short
    awb: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _-]{5,39}$")] | None = (
        None
    )
    on_partial: Literal["accept", "reject"] = "accept"
    pickup: PickupBody
    customer_return_count: Annotated[Whole, Field(ge=0, le=1_000_000)] | None = None
    items: Annotated[list[ItemBody], Field(min_length=1, max_length=50)]

    def new_return(self) -> NewReturn:
        """Give the domain's value."""
        return NewReturn(
            client_request_id=self.client_request_id,
            client_order_number=self.client_order_number,
            items=tuple(each.item() for each in self.items),
            awb=self.awb,
            on_partial=self.on_partial,
            city=self.pickup.city,
            pincode=self.pickup.pincode,
            latitude=self.pickup.latitude,
            longitude=self.pickup.longitude,
            pickup=self.pickup.model_dump(exclude_defaults=True),
            customer_return_count=self.customer_return_count,
        )


class BulkBody(Strict):
    """Up to 500 returns in one call, each answered for itself."""

    returns: Annotated[list[ReturnBody], Field(min_length=1, max_length=500)]


class AdapterQuery(Strict):
    """What to do with a return that cannot be checked as it is asked; as in the canonical body."""

    on_partial: Literal["accept", "reject"] = "accept"


class ListQuery(Strict):
    """Filters of the list; `cursor` comes from the page before."""

    tab: Literal["all", "failed", "passed", "needs_review", "on_the_way", "missing"] = "all"
    q: Annotated[str, StringConstraints(max_length=120)] = ""
    since: Moment | None = None
    until: Moment | None = None
    city: Text = ""
    dispute: Literal[
        "", "any", "none", "draft", "open", "under_review", "info_requested", "approved",
        "partially_approved", "rejected", "appealed", "final", "closed", "withdrawn",
    ] = ""  # fmt: skip
    cursor: Annotated[str, StringConstraints(pattern=CURSOR)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 25


class RulebookBody(Strict):
    """A rulebook document with a note that says what changed."""

    document: dict[str, Any]
    note: Annotated[str, StringConstraints(max_length=2000)] = ""


def attribute_name(name: str) -> str:
    """Give an attribute's name as rules know it: `Serial No.` is `serial_no`."""
    return ATTRIBUTE.sub("_", name.lower()).strip("_")


def _paise(rupees: float | None) -> int | None:
    return None if rupees is None else round(rupees * 100)
