"""What the pages of webhooks show: endpoints, what was sent to each, and every try."""

from dataclasses import dataclass
from datetime import datetime

from qcportal.blueprints.shown.frame import Badge, Fact, Note


@dataclass(frozen=True)
class EndpointRow:
    """One endpoint of a list; `told` says in words what it wants to be told of."""

    href: str
    url: str
    note: str
    told: str
    badge: Badge
    delivered_at: datetime | None
    waiting: int
    dead: int


@dataclass(frozen=True)
class EndpointsPage:
    """`webhooks/endpoints.html`, with `form`, which adds one where `send_to` is not empty."""

    scope: str
    rows: tuple[EndpointRow, ...]
    send_to: str
    above: str = ""
    tz: str = "Asia/Kolkata"


@dataclass(frozen=True)
class StateTab:
    """One state of deliveries with its count."""

    key: str
    label: str
    count: int
    href: str
    tone: str = ""


@dataclass(frozen=True)
class DeliveryRow:
    """One event sent to an endpoint."""

    href: str
    type: str
    said: str
    at: datetime
    badge: Badge
    attempts: int
    next_at: datetime | None


@dataclass(frozen=True)
class EndpointDoors:
    """Where the actions of an endpoint are posted; empty where this person may not."""

    change: str = ""
    pause: str = ""
    resume: str = ""
    rotate: str = ""
    test: str = ""
    replay: str = ""
    end: str = ""


@dataclass(frozen=True)
class EndpointPage:
    """`webhooks/endpoint.html`; with `form`, which changes it. `new_secret` is shown once."""

    back: str
    url: str
    note: str
    badge: Badge
    notes: tuple[Note, ...]
    facts: tuple[Fact, ...]
    tabs: tuple[StateTab, ...]
    open_tab: str
    rows: tuple[DeliveryRow, ...]
    doors: EndpointDoors
    older: str = ""
    newest: str = ""
    new_secret: str = ""
    tz: str = "Asia/Kolkata"


@dataclass(frozen=True)
class TryView:
    """One try: `summary` in a line, then what was sent with it and what came back."""

    at: datetime
    badge: Badge
    summary: str
    sent: tuple[Fact, ...]
    answered: tuple[Fact, ...]
    response: str


@dataclass(frozen=True)
class DeliveryPage:
    """`webhooks/delivery.html`; `again` is where it can be sent once more."""

    back: str
    endpoint: str
    type: str
    said: str
    badge: Badge
    facts: tuple[Fact, ...]
    body: str
    tries: tuple[TryView, ...]
    again: str = ""
    tz: str = "Asia/Kolkata"
