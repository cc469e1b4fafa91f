"""What the field app sends, as JSON, and how it becomes the domain's values."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from qcportal.blueprints.typed import Digest, Flag, Moment, Strict, Uid, Whole
from qcportal.blueprints.visits import CaptureBody

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
    waiting_reason: (
        Literal["no_signal", "slow", "battery", "storage", "app_data_cleared"] | None
    ) = None
    phone_time: Moment | None = None


class FormsBody(Strict):
    """For which photos forms are wanted: a run sheet's, some returns', or single photos'."""

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
