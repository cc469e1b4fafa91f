"""What is said of a visit at the door, as JSON: by the app's own call, or through S3."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationError

from qcportal import errors
from qcportal.blueprints.typed import (
    Digest,
    Flag,
    Long,
    Moment,
    Number,
    Strict,
    Text,
    Uid,
    Whole,
    check_texts,
    decode_base64,
    parse_json,
)
from qcportal.doorstep import Visit
from qcportal.inspections import ItemAnswers, Submission
from qcportal.photos import Capture
from qcportal.rules.verdict import Answer

QualityFlag = Literal["blurred", "too_dark", "too_bright"]
Result = Literal["match", "mismatch", "not_checked", "not_applicable"]
NOTE = "i1:"
_SIGN = "[A-Za-z0-9+/_-]"
# Base64 of 5 to 40 bytes, in either alphabet and padded or not.
THUMBHASH = (
    f"^(({_SIGN}{{4}}){{2,13}}|({_SIGN}{{4}}){{1,12}}{_SIGN}{{3}}=?"
    f"|({_SIGN}{{4}}){{2,13}}{_SIGN}{{2}}(==)?)$"
)
Offset = Annotated[Whole, Field(ge=-(10**11), le=10**11)]


class AnswerBody(Strict):
    """The answer to one check; with a value and no result the portal judges alone."""

    check: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    result: Result | None = None
    value: Text | None = None
    remarks: Long | None = None


class InspectedItem(Strict):
    """The answers for one item."""

    item_id: Uid
    answers: Annotated[list[AnswerBody], Field(max_length=200)]


class LocationBody(Strict):
    """Where the phone says it was; `mock` when it says that the place is made up."""

    latitude: Annotated[Number, Field(ge=-90, le=90)]
    longitude: Annotated[Number, Field(ge=-180, le=180)]
    accuracy_m: Annotated[Number, Field(ge=0, le=10**6)] | None = None
    mock: Flag | None = None


class CaptureBody(Strict):
    """One photo that lies on the phone; `sha256` over the bytes that are, or will be, sent.

    `tries` is how often it was taken, `accepted_flags` what the app found wrong with the last one
    and let pass.
    """

    photo_id: Uid
    sha256: Digest
    bytes: Annotated[Whole, Field(ge=1, le=5_368_709_120)]
    captured_at: Moment | None = None
    width: Annotated[Whole, Field(ge=1, le=100_000)] | None = None
    height: Annotated[Whole, Field(ge=1, le=100_000)] | None = None
    thumbhash: Annotated[str, StringConstraints(max_length=56, pattern=THUMBHASH)] | None = None
    location: LocationBody | None = None
    item_id: Uid | None = None
    check: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    title: Text | None = None
    tries: Annotated[Whole, Field(ge=1, le=1000)] | None = None
    accepted_flags: Annotated[list[QualityFlag], Field(max_length=10)] = []

    def capture(self) -> Capture:
        """Give the domain's value."""
        place = self.location
        return Capture(
            photo_id=self.photo_id,
            sha256=self.sha256,
            size=self.bytes,
            captured_at=self.captured_at,
            width=self.width,
            height=self.height,
            thumbhash=decode_base64(self.thumbhash) if self.thumbhash else None,
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
            accuracy_m=place.accuracy_m if place else None,
            mock_location=place.mock if place else None,
            item_id=self.item_id,
            check_key=self.check,
            title=self.title,
            tries=self.tries,
            accepted_flags=tuple(dict.fromkeys(self.accepted_flags)),
        )


class InspectionBody(Strict):
    """One executive's work on one return, under an id that the app made."""

    client_inspection_id: Uid
    return_id: Uid
    items: Annotated[list[InspectedItem], Field(max_length=100)]
    captures: Annotated[list[CaptureBody], Field(max_length=500)] = []
    started_at: Moment | None = None
    finished_at: Moment | None = None
    shipment_state: Literal["picked", "picked_partial", "pickup_failed"] | None = None
    app_verdict: (
        Literal["passed", "failed", "partially_passed", "needs_review", "pending", "not_required"]
        | None
    ) = None
    remarks: Long = ""
    clock_offset_ms: Offset | None = None

    def visit(self) -> Visit:
        """Give the domain's value."""
        submission = Submission(
            client_inspection_id=self.client_inspection_id,
            return_id=self.return_id,
            items=tuple(_item(each) for each in self.items),
            started_at=self.started_at,
            finished_at=self.finished_at,
            shipment=self.shipment_state,
            app_verdict=self.app_verdict,
            remarks=self.remarks,
            clock_offset_ms=bounded_offset(self.clock_offset_ms),
        )
        return Visit(submission, tuple(each.capture() for each in self.captures))


def bounded_offset(milliseconds: int | None) -> int | None:
    """Give what a column holds of a phone's clock offset: 24 days to both sides."""
    return None if milliseconds is None else max(-(2**31), min(2**31 - 1, milliseconds))


@dataclass(frozen=True)
class Unreadable:
    """An inspection that came through S3 and that nobody can read."""

    reason: str


def carried_in(content: Any, content_error: str | None, metadata: Mapping[str, str]) -> Any:
    """Give the raw inspection that came with an object, as its body or in its note, or None."""
    if content is not None:
        return content
    if content_error is not None:
        return Unreadable(f"its content cannot be read: {content_error}")
    note = metadata.get("note", "")
    if not note.startswith(NOTE):
        return None
    try:
        found = parse_json(decode_base64(note.removeprefix(NOTE)))
        return Unreadable("its note says null") if found is None else found
    except (ValueError, RecursionError) as error:
        return Unreadable(f"its note cannot be read: {error}"[:200])


def read_carried(told: Mapping[str, Any]) -> Any:
    """Read what an object carries off what was told of it, see `carried_in`."""
    return carried_in(told.get("content"), told.get("content_error"), told.get("metadata") or {})


def read_visit(raw: object) -> Visit:
    """Read an inspection that came through S3; raises Invalid like the app's own call."""
    if isinstance(raw, Unreadable):
        raise errors.Invalid(raw.reason)
    check_texts(raw)
    try:
        return InspectionBody.model_validate(raw).visit()
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        faults = [
            errors.Fault("".join(f"/{part}" for part in each["loc"]), each["type"], each["msg"])
            for each in found
        ]
        raise errors.Invalid(f"{faults[0].path}: {faults[0].message}", faults=faults) from error


def _item(body: InspectedItem) -> ItemAnswers:
    answers = tuple(
        Answer(check_key=each.check, result=each.result, value=each.value, remarks=each.remarks)
        for each in body.answers
    )
    return ItemAnswers(body.item_id, answers)
