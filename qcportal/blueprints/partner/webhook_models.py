"""What the partner API takes and answers of webhooks."""

import uuid
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from qcportal.blueprints.answers import Answer
from qcportal.blueprints.typed import Moment, Strict, Text, Uid
from qcportal.webhooks import SAID, EndpointFields

EventType = Annotated[str, Field(json_schema_extra={"enum": sorted(SAID)})]
# A public name and the usual port; whether it leads to a public place is seen at every call.
_HOST = "[A-Za-z0-9]([A-Za-z0-9.-]{0,200}[A-Za-z0-9])?"
Address = Annotated[str, StringConstraints(pattern=rf"^https://{_HOST}([/?][!-~]{{0,700}})?$")]
DeliveryState = Literal["waiting", "held", "delivered", "dead"]


class EndpointBody(Strict):
    """Where to tell you what; without event types, everything."""

    url: Address
    event_types: Annotated[list[EventType], Field(max_length=len(SAID))] = []
    note: Text = ""

    def fields(self) -> EndpointFields:
        """Give the domain's value."""
        return EndpointFields(self.url, tuple(self.event_types), self.note)


class ReplayBody(Strict):
    """From which moment on everything is sent again."""

    since: Moment


class EndpointPath(BaseModel):
    """Which endpoint."""

    endpoint_id: Uid


class DeliveryPath(BaseModel):
    """Which delivery of which endpoint."""

    endpoint_id: Uid
    delivery_id: Uid


class DeliveriesQuery(Strict):
    """Which deliveries: of one state, and those made before one that was seen."""

    state: DeliveryState | None = None
    before: Uid | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class EndpointAnswer(Answer):
    """One endpoint; `secret` is given as it is made and rotated, and never again."""

    endpoint_id: uuid.UUID
    url: str
    event_types: list[str]
    note: str
    state: Literal["active", "paused"]
    state_reason: str | None
    failures: int
    failing_since: AwareDatetime | None
    delivered_at: AwareDatetime | None
    created_at: AwareDatetime
    secret: str | None = None


class EndpointList(Answer):
    """All endpoints, oldest first."""

    endpoints: list[EndpointAnswer]


class AttemptAnswer(Answer):
    """One try; `status` is null where nothing answered, and `fault` says why."""

    at: AwareDatetime
    milliseconds: int
    request_headers: dict[str, str]
    status: int | None
    response_headers: dict[str, str]
    response: str
    fault: str | None


class DeliveryAnswer(Answer):
    """One event on its way to an endpoint."""

    delivery_id: uuid.UUID
    event_id: uuid.UUID
    type: str
    at: AwareDatetime
    state: DeliveryState
    attempts: int
    next_at: AwareDatetime | None


class DeliveryInFull(DeliveryAnswer):
    """The same with the body that is sent and all that was tried, newest first."""

    body: str | None
    tried: list[AttemptAnswer]


class DeliveryList(Answer):
    """Newest first; ask again with the last `delivery_id` as `before` while `more`."""

    deliveries: list[DeliveryAnswer]
    more: bool


class ReplayAnswer(Answer):
    """How many events are sent again."""

    events: int
