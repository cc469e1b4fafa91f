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
from qcportal.db import connection
from qcportal.devices import RunSheet
from qcportal.photos.expecting import INSPECTION, SPARE
from qcportal.photos.own_files import OWN
from qcportal.photos.tables import Photo
from qcportal.returns import Return

Way = Literal["run_sheet_id", "return_ids", "photo_ids"]
PHOTOS = cast(Table, Photo.__table__)
RETURNS = cast(Table, Return.__table__)
SHEETS = cast(Table, RunSheet.__table__)
ASSIGNED = PHOTOS.join(RETURNS, RETURNS.c.id == PHOTOS.c.return_id).join(
    SHEETS, SHEETS.c.id == RETURNS.c.run_sheet_id
)
FOR_A_FORM = (
    "id", "return_id", "slot", "key", "kind", "content_type", "min_bytes", "max_bytes",
    "form_issued_at", "position",
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
    return chosen.where(SHEETS.c.executive_id == executive_id)


def find_to_send(
    executive_id: uuid.UUID, sought: Sought, given: object, *, most: int
) -> Sequence[Any]:
    """Find what forms of these photos need, in the order of a phone's run, up to so many rows.

    Whoever asks is about to give forms: the first time is recorded, in the same transaction.
    """
    known = {"executive_id": executive_id, "given": given, "most": most, "at": clock.now()}
    link = connection()
    if link.dialect.name == "postgresql":
        return link.execute(_finding_and_marking(sought), known).all()
    rows = link.execute(_finding(sought), known).all()
    fresh = [row.id for row in rows if row.form_issued_at is None]
    if fresh:
        link.execute(_marking(), {"fresh": fresh, "at": known["at"]})
    return rows


@cache
def _finding(sought: Sought) -> Select[Any]:
    columns = [PHOTOS.c[name] for name in FOR_A_FORM]
    statement = _to_send(select(*columns, RETURNS.c.run_position))
    statement = statement.where(SHEETS.c.executive_id == bindparam("executive_id"))
    statement = statement.where(_is_given(sought.way)).limit(bindparam("most"))
    if sought.way == "photo_ids":
        return cast(Select[Any], statement)
    if not sought.spare:
        statement = statement.where(PHOTOS.c.purpose != SPARE)
    return cast(
        Select[Any],
        statement if sought.one_call else statement.where(PHOTOS.c.purpose != INSPECTION),
    )


@cache
def _finding_and_marking(sought: Sought) -> Select[Any]:
    """Give both as one statement, which is one round trip on the path of every phone."""
    found = _finding(sought).cte("found")
    marked = (
        update(PHOTOS)
        .where(PHOTOS.c.id == found.c.id, found.c.form_issued_at.is_(None))
        .where(PHOTOS.c.form_issued_at.is_(None))
        .values(form_issued_at=bindparam("at"))
        .cte("marked")
    )
    order = (found.c.run_position, found.c.return_id, found.c.position)
    return select(found).add_cte(marked).order_by(*order)


@cache
def _marking() -> Update:
    fresh = PHOTOS.c.id.in_(bindparam("fresh", expanding=True))
    unmarked = update(PHOTOS).where(fresh, PHOTOS.c.form_issued_at.is_(None))
    return unmarked.values(form_issued_at=bindparam("at"))


def _is_given(way: Way) -> Any:
    if way == "run_sheet_id":
        return RETURNS.c.run_sheet_id == bindparam("given")
    column = PHOTOS.c.id if way == "photo_ids" else PHOTOS.c.return_id
    return column.in_(bindparam("given", expanding=True))


def _to_send(statement: Any) -> Any:
    return (
        statement.select_from(ASSIGNED)
        .where(PHOTOS.c.verified_at.is_(None), PHOTOS.c.purpose != OWN)
        .where(RETURNS.c.shipment_state != "cancelled")
        .order_by(RETURNS.c.run_position, RETURNS.c.id, PHOTOS.c.position)
    )
