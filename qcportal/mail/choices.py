"""What each person chose to be told, and when the next daily mail goes out."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from qcportal import errors
from qcportal.accounts import User
from qcportal.db import db
from qcportal.language import ENGLISH
from qcportal.language import gettext as _
from qcportal.mail.kinds import AT_ONCE, DAILY, HOWS, Kind, kinds_of
from qcportal.mail.tables import MailChoices

USUAL_HOUR = 9
CARRIER_ZONE = "Asia/Kolkata"


@dataclass(frozen=True)
class Choices:
    """What somebody chose; a kind that is not in `chosen` is told as usual."""

    digest_hour: int = USUAL_HOUR
    chosen: Mapping[str, str] = field(default_factory=dict)

    def how(self, kind: Kind, role: str) -> str:
        """Give how a kind is told to the person, whose role this is."""
        return self.chosen.get(kind.key, kind.usual_for(role))


def choices_of(user_id: uuid.UUID) -> Choices:
    """Give what one person chose."""
    return find_choices([user_id]).get(user_id, Choices())


def find_choices(user_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Choices]:
    """Find what people chose, by user id; who never did is not in it."""
    statement = select(MailChoices).where(MailChoices.user_id.in_(user_ids))
    return {
        row.user_id: Choices(row.digest_hour, dict(row.chosen))
        for row in db.session.scalars(statement)
    }


def choose(user: User, choices: Choices) -> None:
    """Keep what a person chose; raises Invalid for a kind, a way or an hour that is none."""
    known = {kind.key for kind in kinds_of(user.role, is_admin=user.is_admin)}
    faults = []
    if not 0 <= choices.digest_hour <= 23:
        said = _("Choose an hour from 0 to 23.")
        faults.append(errors.Fault("/digest_hour", "bad_hour", said))
    for key, how in choices.chosen.items():
        if key not in known or how not in HOWS:
            said = _("Choose at once, daily or never.")
            faults.append(errors.Fault(f"/{key}", "bad_choice", said))
    if faults:
        raise errors.Invalid(faults=faults)
    row = db.session.get(MailChoices, user.id) or MailChoices(user_id=user.id)
    row.digest_hour, row.chosen = choices.digest_hour, dict(choices.chosen)
    db.session.add(row)
    db.session.flush()


def due_at(how: str, choices: Choices, tz: str, *, at: datetime) -> datetime | None:
    """Give when something that happened `at` is to be told; None for never."""
    if how == AT_ONCE:
        return at
    return next_hour(choices.digest_hour, tz, after=at) if how == DAILY else None


def next_hour(hour: int, tz: str, *, after: datetime) -> datetime:
    """Give the next moment at which it is this hour in a zone."""
    local = after.astimezone(ZoneInfo(tz))
    then = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return then if then > local else then + timedelta(days=1)


def language_of(user: User) -> str:
    """Give the language in which a person is written to."""
    return user.language or ENGLISH


def zone_of(user: User) -> str:
    """Give the zone in which a person, loaded with their merchant, reads times."""
    return user.merchant.timezone if user.merchant else CARRIER_ZONE
