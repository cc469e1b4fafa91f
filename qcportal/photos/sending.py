"""Photos whose file is still to be sent: which ones a phone may have forms for.

On the path of every phone: statements are put together once, and give plain rows of what a form
needs.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from sqlalchemy import Select, Table, Update, bindparam, select, update

from qcportal import clock
from qcportal.db import among, db
from qcportal.devices import RunSheet
from qcportal.photos.expecting import INSPECTION, SPARE
from qcportal.photos.own_files import OWN
from qcportal.photos.tables import Photo
from qcportal.returns import Return

Way = Literal["run_sheet_id", "return_ids", "photo_ids"]
FORM_COLUMNS = (
    Photo.id, Photo.return_id, Photo.slot, Photo.key, Photo.kind, Photo.content_type,
    Photo.min_bytes, Photo.max_bytes, Photo.form_issued_at,
)  # fmt: skip


@dataclass(frozen=True)
class Sought:
    """Which photos are wanted: by whose run sheet, returns or own ids, and whether with spares and
    the inspection's file; photos that are named are given whatever they are for.
    """

    way: Way
    spare: bool = True
    one_call: bool = False


def select_to_send(executive_id: uuid.UUID) -> Select[Photo]:
    """Select the photos of an executive's returns that hold no accepted version yet."""
    chosen: Select[Photo] = _to_send(select(Photo))
    return chosen.where(RunSheet.executive_id == executive_id)


def find_to_send(
    executive_id: uuid.UUID, sought: Sought, given: object, *, most: int
) -> Sequence[Any]:
    """Find what forms of these photos need, in the order of a phone's run, up to so many rows."""
    known = {"executive_id": executive_id, "given": given, "most": most}
    return db.session.execute(_statement(sought), known).all()


def mark_issued(rows: Sequence[Any]) -> None:
    """Record that forms were given for these rows of `find_to_send`; the first time counts."""
    fresh = [row.id for row in rows if row.form_issued_at is None]
    if fresh:
        statement = _marking(db.session.get_bind().dialect.name)
        db.session.execute(statement, {"fresh": fresh, "at": clock.now()})


@cache
def _statement(sought: Sought) -> Select[Any]:
    statement: Select[Any] = _to_send(select(*FORM_COLUMNS))
    statement = statement.where(RunSheet.executive_id == bindparam("executive_id"))
    statement = statement.where(_is_given(sought.way)).limit(bindparam("most"))
    if sought.way == "photo_ids":
        return statement
    if not sought.spare:
        statement = statement.where(Photo.purpose != SPARE)
    return statement if sought.one_call else statement.where(Photo.purpose != INSPECTION)


@cache
def _marking(dialect: str) -> Update:
    table = cast(Table, Photo.__table__)
    return (
        update(table)
        .where(among(table.c.id, "fresh", dialect), table.c.form_issued_at.is_(None))
        .values(form_issued_at=bindparam("at"))
    )


def _is_given(way: Way) -> Any:
    if way == "run_sheet_id":
        return Return.run_sheet_id == bindparam("given")
    column = Photo.id if way == "photo_ids" else Photo.return_id
    return column.in_(bindparam("given", expanding=True))


def _to_send(statement: Any) -> Any:
    return (
        statement.join_from(Photo, Return, Return.id == Photo.return_id)
        .join(RunSheet, RunSheet.id == Return.run_sheet_id)
        .where(Photo.verified_at.is_(None))
        .where(Return.shipment_state != "cancelled", Photo.purpose != OWN)
        .order_by(Return.run_position, Return.id, Photo.position)
    )
