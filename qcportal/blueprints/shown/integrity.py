"""How far a photo can be relied on: one sentence, the digests it rests on, claims beside facts."""

from dataclasses import dataclass
from datetime import datetime

from qcportal.blueprints.shown.frame import Badge, Fact


@dataclass(frozen=True)
class Seal:
    """What can be said of a photo in one sentence; `reliable` is None while it is not here."""

    badge: Badge
    sentence: str
    reliable: bool | None = None


@dataclass(frozen=True)
class Digest:
    """One SHA-256 (hex) and who computed it; `agrees` with what we hold, None without it."""

    who: str
    sha256: str
    agrees: bool | None = None


@dataclass(frozen=True)
class VersionLine:
    """One file that came under the photo's name; `size` in bytes, `href` is empty once gone."""

    badge: Badge
    version: str
    sha256: str
    size: int
    stored_at: datetime
    told_at: datetime
    source: str
    reason: str = ""
    href: str = ""


@dataclass(frozen=True)
class Integrity:
    """One photo's panel.

    `claimed` is the phone's word alone, `known` the servers' own clocks. `versions` holds every
    file that came, the evidence first. `history` says whether the return's record is whole, None
    where nobody looked. `life_href` leads admins to the photo's whole life.
    """

    label: str
    seal: Seal
    digests: tuple[Digest, ...] = ()
    claimed: tuple[Fact, ...] = ()
    known: tuple[Fact, ...] = ()
    versions: tuple[VersionLine, ...] = ()
    history: Badge | None = None
    life_href: str = ""
