"""How long everybody has, per merchant, and the carrier's working calendar with its holidays."""

import uuid
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Select, delete, select

from qcportal import errors, history
from qcportal.accounts import Merchant
from qcportal.db import db, new_id
from qcportal.disputes.decision_tables import Holiday
from qcportal.disputes.working_days import Calendar
from qcportal.history import Actor, Entry
from qcportal.language import gettext as _

LONGEST = 365
KEY = "disputes"


@dataclass(frozen=True)
class Deadlines:
    """How many days there are: to file and to appeal in plain days, the others in working days.

    `weekend` counts Monday as 0. Claims over `two_above` (minor units) need two admins; None asks
    for one, whatever the value.
    """

    file_days: int = 7
    reply_days: int = 3
    decide_days: int = 5
    appeal_days: int = 7
    weekend: tuple[int, ...] = (5, 6)
    two_above: int | None = 2_500_000


def deadlines_of(merchant: Merchant) -> Deadlines:
    """Give a merchant's deadlines, the defaults where nothing was set."""
    kept = dict(merchant.settings.get(KEY, {}))
    if "weekend" in kept:
        kept["weekend"] = tuple(kept["weekend"])
    return Deadlines(**kept)


def set_deadlines(merchant: Merchant, wanted: Deadlines, *, by: Actor) -> None:
    """Change a merchant's deadlines for what happens from now on; raises Invalid."""
    faults = [
        errors.Fault(f"/{name}", "bad_days", _("Give 1 to %(n)s days.", n=LONGEST))
        for name in ("file_days", "reply_days", "decide_days", "appeal_days")
        if not 1 <= getattr(wanted, name) <= LONGEST
    ]
    if not set(wanted.weekend) < set(range(7)):
        words = _("Name days from 0 (Monday) to 6, and leave one to work on.")
        faults.append(errors.Fault("/weekend", "bad_weekend", words))
    if wanted.two_above is not None and wanted.two_above < 0:
        faults.append(errors.Fault("/two_above", "bad_amount", _("Give an amount, or none.")))
    if faults:
        raise errors.Invalid(faults=faults)
    merchant.settings = {**merchant.settings, KEY: {**asdict(wanted), "weekend": [*wanted.weekend]}}
    db.session.flush()
    data = merchant.settings[KEY]
    history.record([Entry(merchant.id, merchant.id, "dispute_deadlines_set", by, data)])


def calendar_of(merchant: Merchant) -> Calendar:
    """Give the working calendar in a merchant's zone, with the carrier's holidays."""
    rows = db.session.execute(select(Holiday.year, Holiday.month, Holiday.day)).all()
    return Calendar(
        merchant.timezone,
        frozenset(deadlines_of(merchant).weekend),
        frozenset(date(*row) for row in rows if row.year),
        frozenset((row.month, row.day) for row in rows if not row.year),
    )


def select_holidays() -> Select[Holiday]:
    """Select the holidays, those of every year first."""
    return select(Holiday).order_by(Holiday.year, Holiday.month, Holiday.day)


def add_holiday(day: date, name: str, *, yearly: bool, by: Actor) -> Holiday:
    """Let a day be free, once or every year; clocks that run already keep their end.

    Raises Invalid without a name, Conflict for a day that is free already.
    """
    if not 0 < len(name.strip()) <= 300 or not 2000 <= day.year <= 2200:
        fault = errors.Fault(
            "/name", "bad_holiday", _("Give a day and a name of 1 to 300 characters.")
        )
        raise errors.Invalid(faults=[fault])
    year = 0 if yearly else day.year
    same = select(Holiday.id).where(
        Holiday.year == year, Holiday.month == day.month, Holiday.day == day.day
    )
    if db.session.scalar(same) is not None:
        raise errors.Conflict(_("This day is free already."))
    holiday = Holiday(id=new_id(), year=year, month=day.month, day=day.day, name=name.strip())
    db.session.add(holiday)
    db.session.flush()
    data = {"day": day.isoformat(), "yearly": yearly, "name": holiday.name}
    history.record([Entry(holiday.id, None, "holiday_added", by, data)])
    return holiday


def remove_holiday(holiday_id: uuid.UUID, *, by: Actor) -> None:
    """Let a day be worked again; raises NotFound for one that is not there."""
    removed = delete(Holiday).where(Holiday.id == holiday_id).returning(Holiday.name)
    name = db.session.execute(removed).scalar_one_or_none()
    if name is None:
        raise errors.NotFound()
    history.record([Entry(holiday_id, None, "holiday_removed", by, {"name": name})])
