"""Field executives, their phones, the one-use codes that enrol a phone, and run sheets."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Date, ForeignKey, Index, Select, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from qcportal import clock, errors, history, tokens
from qcportal.db import At, Base, Id, Key, Line, MaybeAt, MaybeKey, Word, db, new_id
from qcportal.history import Actor, Entry
from qcportal.language import gettext as _

KIND = "qcd"
ZONE = ZoneInfo("Asia/Kolkata")
CODE_LIFETIME = timedelta(minutes=10)
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12


class FieldExecutive(Base):
    """Somebody who inspects at the door."""

    __tablename__ = "field_executives"

    id: Mapped[Id]
    code: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Line]
    hub: Mapped[Line]
    created_at: Mapped[At]
    deactivated_at: Mapped[MaybeAt] = mapped_column(default=None)


class Device(Base):
    """A phone that was enrolled for an executive, with what it last said about itself."""

    __tablename__ = "devices"
    __table_args__ = (Index(None, "executive_id"),)

    id: Mapped[Id]
    executive_id: Mapped[Key] = mapped_column(ForeignKey("field_executives.id"))
    label: Mapped[Word] = mapped_column(unique=True)
    prefix: Mapped[Word] = mapped_column(unique=True)
    secret_hash: Mapped[Line]
    enrolled_at: Mapped[At]
    revoked_at: Mapped[MaybeAt] = mapped_column(default=None)
    seen_at: Mapped[MaybeAt] = mapped_column(default=None)
    app_version: Mapped[Word | None] = mapped_column(default=None)
    battery_percent: Mapped[int | None] = mapped_column(default=None)
    storage_free_mb: Mapped[int | None] = mapped_column(default=None)
    photos_waiting: Mapped[int | None] = mapped_column(default=None)
    waiting_reason: Mapped[Word | None] = mapped_column(default=None)
    clock_offset_ms: Mapped[int | None] = mapped_column(default=None)
    executive: Mapped[FieldExecutive] = relationship(lazy="raise")

    @property
    def phone(self) -> "Phone":
        """Give who it is in a call."""
        return Phone(self.id, self.label, self.executive_id, self.executive.name)


@dataclass(frozen=True)
class Phone:
    """An enrolled phone in a call: who it is and who holds it, apart from the database."""

    id: uuid.UUID
    label: str
    executive_id: uuid.UUID
    executive_name: str

    @property
    def actor(self) -> Actor:
        """Give the phone and who holds it as an actor of the history."""
        return Actor("device", str(self.id), f"{self.executive_name} · phone {self.label}")


class Enrolment(Base):
    """A code on an admin's screen with which one phone may enrol, once, within ten minutes."""

    __tablename__ = "enrolments"

    id: Mapped[Id]
    executive_id: Mapped[Key] = mapped_column(ForeignKey("field_executives.id"))
    code_hash: Mapped[Line] = mapped_column(unique=True)
    created_at: Mapped[At]
    expires_at: Mapped[At]
    used_at: Mapped[MaybeAt] = mapped_column(default=None)
    device_id: Mapped[MaybeKey] = mapped_column(ForeignKey("devices.id"), default=None)
    executive: Mapped[FieldExecutive] = relationship(lazy="raise")


class RunSheet(Base):
    """The returns of one executive for one day (DRS); each return names its sheet and place."""

    __tablename__ = "run_sheets"
    __table_args__ = (UniqueConstraint("executive_id", "day"), Index(None, "day"))

    id: Mapped[Id]
    executive_id: Mapped[Key] = mapped_column(ForeignKey("field_executives.id"))
    day: Mapped[date] = mapped_column(Date)
    created_at: Mapped[At]
    executive: Mapped[FieldExecutive] = relationship(lazy="raise")


def get_executive(executive_id: uuid.UUID) -> FieldExecutive:
    """Get one executive, or raise NotFound."""
    executive = db.session.get(FieldExecutive, executive_id)
    if executive is None:
        raise errors.NotFound()
    return executive


def get_device(device_id: uuid.UUID) -> Device:
    """Get one phone with its executive, or raise NotFound."""
    device = db.session.get(Device, device_id, options=[joinedload(Device.executive)])
    if device is None:
        raise errors.NotFound()
    return device


def get_enrolment(enrolment_id: uuid.UUID) -> Enrolment:
    """Get one enrolment with its executive, or raise NotFound."""
    option = joinedload(Enrolment.executive)
    enrolment = db.session.get(Enrolment, enrolment_id, options=[option], populate_existing=True)
    if enrolment is None:
        raise errors.NotFound()
    return enrolment


def get_run_sheet(sheet_id: uuid.UUID) -> RunSheet:
    """Get one run sheet with its executive, or raise NotFound."""
    sheet = db.session.get(RunSheet, sheet_id, options=[joinedload(RunSheet.executive)])
    if sheet is None:
        raise errors.NotFound()
    return sheet


def find_run_sheet(executive_id: uuid.UUID, day: date) -> RunSheet | None:
    """Find an executive's run sheet of a day."""
    statement = (
        select(RunSheet)
        .where(RunSheet.executive_id == executive_id, RunSheet.day == day)
        .options(joinedload(RunSheet.executive))
    )
    return db.session.scalars(statement).one_or_none()


def select_executives() -> Select[FieldExecutive]:
    """Select all executives by hub, name and code."""
    order = (FieldExecutive.hub, FieldExecutive.name, FieldExecutive.code)
    return select(FieldExecutive).order_by(*order)


def select_devices() -> Select[Device]:
    """Select all phones with their executive, latest enrolled first."""
    return select(Device).options(joinedload(Device.executive)).order_by(Device.enrolled_at.desc())


def select_run_sheets() -> Select[RunSheet]:
    """Select run sheets with their executive, newest day first."""
    order = (RunSheet.day.desc(), RunSheet.id)
    return select(RunSheet).options(joinedload(RunSheet.executive)).order_by(*order)


def create_executive(*, code: str, name: str, hub: str, by: Actor) -> FieldExecutive:
    """Add an executive; raises Invalid, or Conflict for a code that is taken."""
    texts = {"code": (code, 40), "name": (name, 300), "hub": (hub, 300)}
    faults = [
        errors.Fault(f"/{field}", "bad_text", _("Give 1 to %(n)s characters.", n=longest))
        for field, (text, longest) in texts.items()
        if not 0 < len(text.strip()) <= longest
    ]
    if faults:
        raise errors.Invalid(faults=faults)
    taken = select(FieldExecutive.id).where(FieldExecutive.code == code.strip())
    if db.session.scalar(taken):
        raise errors.Conflict(_("The code %(code)s is taken.", code=repr(code)))
    executive = FieldExecutive(
        id=new_id(), code=code.strip(), name=name.strip(), hub=hub.strip(), created_at=clock.now()
    )
    db.session.add(executive)
    db.session.flush()
    history.record([Entry(executive.id, None, "executive_created", by, {"code": executive.code})])
    return executive


def offer_enrolment(executive: FieldExecutive, *, by: Actor) -> tuple[Enrolment, str]:
    """Make a one-use code of ten minutes; gives it once, in groups of four."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    at = clock.now()
    enrolment = Enrolment(
        id=new_id(),
        executive_id=executive.id,
        code_hash=tokens.digest(code),
        created_at=at,
        expires_at=at + CODE_LIFETIME,
    )
    db.session.add(enrolment)
    db.session.flush()
    history.record([Entry(executive.id, None, "enrolment_offered", by)])
    return enrolment, "-".join(code[place : place + 4] for place in range(0, CODE_LENGTH, 4))


def enrol(code: str, *, app_version: str | None) -> tuple[Device, str]:
    """Trade a code for a device token, once; raises Unauthorized for any code that is not good.

    The phone that asks gets a label of its own; earlier phones of the executive stay enrolled.
    """
    enrolment = _use_code(code)
    executive = get_executive(enrolment.executive_id)
    if executive.deactivated_at is not None:
        raise errors.Unauthorized(_("This executive is not active any more."))
    token = tokens.make(KIND)
    device = Device(
        id=new_id(),
        executive_id=executive.id,
        executive=executive,
        label=f"P-{token.prefix[:6].upper()}",
        prefix=token.prefix,
        secret_hash=token.digest,
        enrolled_at=clock.now(),
        seen_at=clock.now(),
        app_version=app_version,
    )
    db.session.add(device)
    db.session.flush()
    enrolment.device_id = device.id
    by = device.phone.actor
    history.record([Entry(executive.id, None, "device_enrolled", by, {"device": device.label})])
    return device, token.text


def revoke(device: Device, *, by: Actor) -> None:
    """Close the phone's token at once; does nothing when it is closed."""
    if device.revoked_at is None:
        device.revoked_at = clock.now()
        data = {"device": device.label}
        history.record([Entry(device.executive_id, None, "device_revoked", by, data)])


def open_run_sheet(executive: FieldExecutive, day: date) -> RunSheet:
    """Give the executive's run sheet of a day, making it when there is none."""
    sheet = find_run_sheet(executive.id, day)
    if sheet is None:
        sheet = RunSheet(
            id=new_id(),
            executive_id=executive.id,
            executive=executive,
            day=day,
            created_at=clock.now(),
        )
        db.session.add(sheet)
        db.session.flush()
    return sheet


def _use_code(code: str) -> Enrolment:
    plain = code.replace("-", "").replace(" ", "").upper()
    statement = (
        update(Enrolment)
        .where(
            Enrolment.code_hash == tokens.digest(plain),
            Enrolment.used_at.is_(None),
            Enrolment.expires_at > clock.now(),
        )
        .values(used_at=clock.now())
        .returning(Enrolment)
    )
    enrolment = db.session.scalars(statement).one_or_none()
    if enrolment is None:
        raise errors.Unauthorized(_("This code was used, is over ten minutes old, or is not ours."))
    return enrolment
