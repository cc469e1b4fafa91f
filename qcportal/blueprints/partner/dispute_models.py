"""What the partner API takes and answers of disputes; money in minor units of its currency."""

import uuid
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from qcportal import disputes
from qcportal.blueprints.answers import Answer
from qcportal.blueprints.partner.payloads import CURSOR
from qcportal.blueprints.typed import Digest, Flag, Named, Number, Short, Strict, Text, Uid, Whole
from qcportal.disputes import Citation, ItemClaim, NewDispute

Kind = Literal[
    "should_have_passed", "should_have_failed", "photos_not_good_enough", "inspection_not_done"
]
Category = Literal[
    "wrong_item", "missing_item_or_part", "damaged", "used", "empty_or_tampered", "qc_not_done",
    "photos_missing_or_unclear", "wrongly_failed_at_door", "other",
]  # fmt: skip
State = Literal[
    "draft", "open", "under_review", "info_requested", "approved", "partially_approved",
    "rejected", "appealed", "final", "closed", "withdrawn",
]  # fmt: skip
Minor = Annotated[Whole, Field(ge=0, le=10_000_000_000, description="Minor units, as paise")]
Said = Annotated[str, StringConstraints(max_length=1000)]
Fraction = Annotated[Number, Field(ge=0, le=1)]


class BoxBody(Strict):
    """A box on a photo, as fractions of its width and height from the upper left corner."""

    x: Fraction
    y: Fraction
    width: Fraction
    height: Fraction


class EvidenceBody(Strict):
    """A photo that is cited, or with `missing` the statement that it is not there."""

    photo_id: Uid | None = None
    missing: Flag = False
    note: Text = ""
    box: BoxBody | None = None


class ItemClaimBody(Strict):
    """What is claimed for one item; without an amount its price times its quantity."""

    item_id: Uid
    amount_minor: Minor | None = None
    claim: Kind | None = None


class DisputeBody(Strict):
    """A claim on one return; with `send: false` it stays a draft, to add files to."""

    client_request_id: Short
    return_id: Uid
    kind: Kind
    text: Said = ""
    items: Annotated[list[ItemClaimBody], Field(max_length=50)] = []
    evidence: Annotated[list[EvidenceBody], Field(max_length=30)] = []
    category: Category | None = None
    check: Annotated[str, StringConstraints(max_length=40)] = ""
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "INR"
    send: Flag = True

    def new_dispute(self) -> NewDispute:
        """Give the domain's value."""
        return NewDispute(
            return_id=self.return_id,
            kind=self.kind,
            text=self.text,
            items=tuple(
                ItemClaim(each.item_id, each.amount_minor, each.claim or "") for each in self.items
            ),
            citations=tuple(_citation(each) for each in self.evidence),
            category=self.category or "",
            lead_check=self.check,
            currency=self.currency,
            client_request_id=self.client_request_id,
        )


class WordsBody(Strict):
    """Something to say, in 1000 characters at most; an appeal takes 20 at least."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"\S")]


class FileBody(Strict):
    """A file of your own that is about to be sent; with its SHA-256 it is verified on arrival."""

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    content_type: Annotated[str, StringConstraints(max_length=100)]
    name: Annotated[Named, StringConstraints(pattern=r"\S")]
    bytes: Annotated[Whole, Field(ge=1)] | None = None
    sha256: Digest | None = None


class DisputeQuery(Strict):
    """Filters of the list; `cursor` comes from the page before."""

    tab: Literal["all", "draft", "question", "in_review", "decided", "withdrawn"] = "all"
    state: State | None = None
    late: bool = False
    kind: Kind | None = None
    category: Category | None = None
    return_id: Uid | None = None
    cursor: Annotated[str, StringConstraints(pattern=CURSOR)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 25


class DisputePath(BaseModel):
    """Which dispute."""

    dispute_id: uuid.UUID


class DisputeFilePath(DisputePath):
    """Which file of which dispute."""

    photo_id: uuid.UUID


class EligibilityAnswer(Answer):
    """Whether a return can be disputed now, in a code and in words, and with which claims."""

    allowed: bool
    code: str
    reason: str
    file_by: AwareDatetime | None
    kinds: list[str]
    dispute_id: uuid.UUID | None


class DisputeAnswer(Answer):
    """One dispute with its clocks; `number` is the receipt, which a draft has not.

    `waits_for` is merchant, admin or null; `late` says that the carrier's time has ended;
    `actions` is what your key may do now. `outcome` is what was decided and holds.
    """

    dispute_id: uuid.UUID
    number: str | None
    return_id: uuid.UUID
    awb: str
    kind: str
    category: str
    suggested_category: str
    check: str | None
    text: str
    state: str
    level: int
    outcome: str | None
    waits_for: str | None
    late: bool
    amount_minor: int
    currency: str
    created_at: AwareDatetime
    filed_at: AwareDatetime | None
    activity_at: AwareDatetime
    file_by: AwareDatetime
    reply_by: AwareDatetime | None
    decide_by: AwareDatetime | None
    appeal_by: AwareDatetime | None
    actions: list[str]


class DisputeItemAnswer(Answer):
    """One claimed item, and what was granted of it once a decision holds."""

    item_id: uuid.UUID
    client_sku_id: str
    name: str
    claim: str
    amount_minor: int
    currency: str
    outcome: str | None
    granted_minor: int | None


class BoxAnswer(Answer):
    """A box on a photo, in fractions."""

    x: float
    y: float
    width: float
    height: float


class EvidenceAnswer(Answer):
    """One citation, or a file of your own; it has a URL with the scope photos:read."""

    photo_id: uuid.UUID | None
    title: str
    missing: bool
    own: bool
    note: str
    box: BoxAnswer | None
    kind: str | None
    stored_at: AwareDatetime | None
    verified_at: AwareDatetime | None
    refused_reason: str | None
    sha256: str | None
    url: str | None


class MessageAnswer(Answer):
    """One entry of the thread: words, question, answer or appeal of merchant, admin or portal."""

    at: AwareDatetime
    side: str
    kind: str
    author: str
    text: str


class DecidedItemAnswer(Answer):
    """What a decision says of one item."""

    item_id: uuid.UUID
    outcome: str
    reason: str
    text: str
    granted_minor: int


class DecisionAnswer(Answer):
    """A decision that holds; `level` 2 was on appeal."""

    level: int
    outcome: str
    reason: str
    text: str
    decided_at: AwareDatetime
    decided_by_role: str
    items: list[DecidedItemAnswer]


class DisputeInFull(DisputeAnswer):
    """One dispute with its parts; `urls_expire_at` holds for every URL of this answer."""

    items: list[DisputeItemAnswer]
    evidence: list[EvidenceAnswer]
    messages: list[MessageAnswer]
    decisions: list[DecisionAnswer]
    granted_minor: int | None
    urls_expire_at: AwareDatetime


class DisputeList(Answer):
    """One page, latest activity first; `next_cursor` is null on the last."""

    disputes: list[DisputeAnswer]
    next_cursor: str | None


class FormAnswer(Answer):
    """A form for one file: fill empty fields or leave them, put the file last, expect 201."""

    photo_id: uuid.UUID
    key: str
    method: str
    url: str
    fields: dict[str, str]
    effective_expires_at: AwareDatetime


def _citation(body: EvidenceBody) -> Citation:
    box = disputes.Box(**body.box.model_dump()) if body.box else None
    return Citation(body.photo_id, body.missing, body.note, box)
