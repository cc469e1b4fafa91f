"""How to find findings."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, raiseload

from qcportal import errors
from qcportal.db import db
from qcportal.devices import Device
from qcportal.likeness.tables import Finding
from qcportal.photos import Photo
from qcportal.questions import Question
from qcportal.returns import Return

COUNTED = 1000


@dataclass(frozen=True)
class Wanted:
    """Which findings to list; an empty part asks for any."""

    state: str = "open"
    kind: str = ""
    merchant_id: uuid.UUID | None = None
    executive_id: uuid.UUID | None = None
    by_score: bool = False


def get_finding(finding_id: uuid.UUID) -> Finding:
    """Get one finding as it is in the database, or raise NotFound."""
    statement = select(Finding).where(Finding.id == finding_id)
    found = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise errors.NotFound()
    return found


def select_findings(wanted: Wanted) -> Select[Finding]:
    """Select findings, newest or surest first."""
    order = (Finding.score.desc(),) if wanted.by_score else ()
    statement = select(Finding).order_by(*order, Finding.found_at.desc(), Finding.id.desc())
    return _narrowed(statement, wanted)


def count(wanted: Wanted) -> int:
    """Count findings, up to a thousand."""
    return count_question(wanted).ask()


def count_question(wanted: Wanted) -> Question[int]:
    """Give the question that `count` asks."""
    some = _narrowed(select(Finding.id), wanted).limit(COUNTED).subquery()
    return Question(select(func.count()).select_from(some), int)


def find_for_return(return_id: uuid.UUID) -> list[Finding]:
    """Find what is about one return and was not dismissed, in the order of finding."""
    mine = or_(Finding.return_id == return_id, Finding.other_return_id == return_id)
    statement = select(Finding).where(mine, Finding.state != "dismissed")
    return list(db.session.scalars(statement.order_by(Finding.found_at, Finding.id)))


@dataclass(frozen=True)
class Held:
    """A photo with its return and merchant, and whose phone took it."""

    photo: Photo
    rvp: Return
    phone: str

    @property
    def person(self) -> str:
        """Name who had the return on the run sheet."""
        return self.rvp.executive_name or ""


def hold(photo_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Held]:
    """Load photos with what a page says of them, so that a template cannot query."""
    statement = (
        select(Photo, Return, Device.label)
        .join(Return, Return.id == Photo.return_id)
        .outerjoin(Device, Device.id == Photo.device_id)
        .where(Photo.id.in_(photo_ids))
        .options(joinedload(Return.merchant), raiseload("*"))
    )
    rows = db.session.execute(statement)
    return {photo.id: Held(photo, rvp, label or "") for photo, rvp, label in rows}


def _narrowed(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.state:
        statement = statement.where(Finding.state == wanted.state)
    if wanted.kind:
        statement = statement.where(Finding.kind == wanted.kind)
    if wanted.merchant_id:
        whose = (Finding.merchant_id, Finding.other_merchant_id)
        statement = statement.where(or_(*(each == wanted.merchant_id for each in whose)))
    if wanted.executive_id:
        statement = statement.where(Finding.executive_id == wanted.executive_id)
    return statement
