"""What the field app sends, as JSON, and how it becomes the domain's values."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from qcportal.blueprints.typed import Digest, Flag, Moment, Named, Strict, Uid, Whole
from qcportal.blueprints.visits import CaptureBody
from qcportal.manifests import Said

WaitingReason = Literal["no_signal", "slow", "battery", "storage", "app_data_cleared"]


class EnrolBody(Strict):
    """The one-use code from an admin's screen."""

    code: Annotated[str, StringConstraints(min_length=8, max_length=40)]
    app_version: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None


class HeartbeatBody(Strict):
    """What the phone says about itself; `phone_time` is its own clock."""

    app_version: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    battery_percent: Annotated[Whole, Field(ge=0, le=100)] | None = None
    storage_free_mb: Annotated[Whole, Field(ge=0, le=10**9)] | None = None
    photos_waiting: Annotated[Whole, Field(ge=0, le=10**6)] | None = None
    waiting_reason: WaitingReason | None = None
    phone_time: Moment | None = None


def _only(name: str, kind: dict[str, object], *, typed: bool = False) -> dict[str, object]:
    """Describe a wish that gives this one way of naming photos, and a type only for one photo."""
    others = {"run_sheet_id", "return_ids", "photo_ids"} - {name}
    nothing = others if typed else others | {"content_type"}
    parts: dict[str, object] = {each: {"type": "null"} for each in sorted(nothing)}
    return {"required": [name], "properties": parts | {name: kind}}


WAYS = [
    _only("run_sheet_id", {"type": "string"}),
    _only("return_ids", {"type": "array"}),
    _only("photo_ids", {"type": "array"}),
    _only("photo_ids", {"type": "array", "maxItems": 1}, typed=True),
]


def _with_ways(schema: dict[str, Any]) -> None:
    schema["anyOf"] = WAYS


class FormsBody(Strict):
    """For which photos forms are wanted: a run sheet's, some returns', or single photos'."""

    model_config = ConfigDict(json_schema_extra=_with_ways)

    run_sheet_id: Uid | None = None
    return_ids: Annotated[list[Uid], Field(min_length=1, max_length=200)] | None = None
    photo_ids: Annotated[list[Uid], Field(min_length=1, max_length=1000)] | None = None
    content_type: Annotated[str, StringConstraints(min_length=3, max_length=100)] | None = None
    spare: Flag = True
    one_call: Flag = False
    shape: Literal["plain", "factored"] = "plain"


class CapturesBody(Strict):
    """Photos of one return, announced before the inspection is done."""

    return_id: Uid
    captures: Annotated[list[CaptureBody], Field(min_length=1, max_length=500)]


class StatusBody(Strict):
    """The digests that the phone still holds."""

    digests: Annotated[list[Digest], Field(min_length=1, max_length=1000)]


class LineBody(Strict):
    """One photo that was captured; `discarded` is why its bytes were thrown away on purpose."""

    photo_id: Uid
    sha256: Digest
    bytes: Annotated[Whole, Field(ge=1, le=5_368_709_120)]
    captured_at: Moment | None = None
    tries: Annotated[Whole, Field(ge=0, le=10**6)] = 0
    waiting_reason: WaitingReason | None = None
    discarded: Named | None = None

    def said(self) -> Said:
        """Give the domain's value."""
        return Said(
            photo_id=self.photo_id,
            sha256=self.sha256,
            size=self.bytes,
            captured_at=self.captured_at,
            tries=self.tries,
            waiting_reason=self.waiting_reason,
            discarded=self.discarded,
        )


class ManifestBody(Strict):
    """What a phone captured on a shift, all of it or a part; `phone_time` is its own clock.

    A line that is not as it should be is answered for itself and never costs the others.
    """

    run_sheet_id: Uid
    lines: Annotated[
        list[Annotated[LineBody | Any, Field(union_mode="left_to_right")]], Field(max_length=2000)
    ]
    final: Flag = False
    phone_time: Moment | None = None
