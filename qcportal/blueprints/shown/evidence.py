"""Evidence files as pages show them: what a pack holds, and the links that were shared."""

from dataclasses import dataclass
from datetime import datetime

from qcportal.blueprints.shown.frame import Badge, Fact, Link


@dataclass(frozen=True)
class LinkRow:
    """One shared link; `revoke` is the address that ends it, or empty."""

    note: str
    mark: str
    badge: Badge
    created_at: datetime
    created_by: str
    expires_at: datetime
    openings: int
    opened_at: datetime | None
    revoke: str = ""


@dataclass(frozen=True)
class EvidenceDoor:
    """Where a return's evidence file is, and the links to it that are open."""

    href: str
    links: tuple[LinkRow, ...] = ()


@dataclass(frozen=True)
class EvidencePage:
    """`merchant/evidence.html`. `share` is where a link is asked for, or empty.

    `new_link` is the address of a link that was just made; it is shown this once.
    """

    title: str
    awb: str
    back: Link
    document: str
    archive: str
    facts: tuple[Fact, ...]
    links: tuple[LinkRow, ...] = ()
    share: str = ""
    days: tuple[int, ...] = (1, 7, 14, 30)
    chosen: int = 7
    note: str = ""
    faults: tuple[str, ...] = ()
    new_link: str = ""
    tz: str = "Asia/Kolkata"


@dataclass(frozen=True)
class SharedPage:
    """`shared/pack.html`: what somebody with a link sees; as little as lets them know it is it."""

    title: str
    awb: str
    merchant: str
    document: str
    archive: str
    expires_at: datetime
    tz: str
