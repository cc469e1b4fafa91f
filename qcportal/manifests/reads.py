"""How to find lines and shifts: what is not verified and why, what no manifest names."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_

from qcportal.db import db
from qcportal.devices import FieldExecutive, RunSheet
from qcportal.manifests.counting import is_unclaimed, was_worked
from qcportal.manifests.periods import Period, closings, within
from qcportal.manifests.states import OPEN, LineState, Waits, state_of
from qcportal.manifests.tables import ManifestLine
from qcportal.photos import Photo
from qcportal.returns import Return


@dataclass(frozen=True)
class OpenLine:
    """One line that is not verified, with whose it is and what is known of its photo.

    A line for a photo that we do not know has no return, merchant, slot or title.
    """

    line_id: uuid.UUID
    state: LineState
    photo_id: uuid.UUID
    sha256: str
    size: int
    told_at: datetime
    captured_at: datetime | None
    tries: int
    waiting_reason: str | None
    on_sheet: bool
    run_sheet_id: uuid.UUID
    day: date
    executive_id: uuid.UUID
    executive_name: str
    merchant_id: uuid.UUID | None
    return_id: uuid.UUID | None
    awb: str | None
    slot: str | None
    title: str | None


@dataclass(frozen=True)
class OpenShift:
    """A worked shift without a final manifest, and when a phone last told of it, if one did."""

    run_sheet_id: uuid.UUID
    day: date
    executive_id: uuid.UUID
    executive_name: str
    last_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """How one line stands for the phone that told it.

    `other_held` tells that other bytes are the photo's evidence, `came_unfit` that what was sent
    for the photo could not be used.
    """

    photo_id: uuid.UUID
    sha256: str
    state: LineState
    on_sheet: bool
    other_held: bool
    came_unfit: bool


def find_unverified(
    period: Period,
    waits: Waits,
    *,
    states: Collection[LineState] = OPEN,
    after: tuple[datetime, uuid.UUID] | None = None,
    most: int = 100,
) -> list[OpenLine]:
    """Find at most `most` lines in these states, told first first, after (`told_at`, `line_id`)."""
    state = state_of(waits)
    order = (ManifestLine.told_at, ManifestLine.id)
    statement = within(_select_open(state), period).where(state.in_([*states]))
    if after is not None:
        statement = statement.where(tuple_(*order) > after)
    rows = db.session.execute(statement.order_by(*order).limit(most)).mappings()
    return [OpenLine(**{**row, "state": LineState(row["state"])}) for row in rows]


def count_reasons(period: Period, waits: Waits) -> dict[tuple[LineState, str | None], int]:
    """Count the lines that are not verified by state and by the reason their phone reported."""
    state = state_of(waits).label("state")
    judged = (
        select(state, ManifestLine.waiting_reason)
        .join(RunSheet, RunSheet.id == ManifestLine.run_sheet_id)
        .outerjoin(Photo, Photo.id == ManifestLine.photo_id)
    )
    lines = within(judged, period).subquery("judged").c
    statement = select(lines.state, lines.waiting_reason, func.count()).where(lines.state.in_(OPEN))
    rows = db.session.execute(statement.group_by(lines.state, lines.waiting_reason))
    return {(LineState(found), reason): count for found, reason, count in rows}


def find_unclosed(period: Period, *, most: int = 100) -> list[OpenShift]:
    """Find at most `most` worked shifts without a final manifest, latest day first."""
    closed = closings(period)
    statement = (
        select(
            RunSheet.id.label("run_sheet_id"),
            RunSheet.day,
            RunSheet.executive_id,
            FieldExecutive.name.label("executive_name"),
            closed.c.last_at,
        )
        .join(FieldExecutive, FieldExecutive.id == RunSheet.executive_id)
        .outerjoin(closed, closed.c.run_sheet_id == RunSheet.id)
        .where(was_worked(), closed.c.closed_at.is_(None))
        .order_by(RunSheet.day.desc(), FieldExecutive.name, RunSheet.id)
    )
    rows = db.session.execute(within(statement, period).limit(most)).mappings()
    return [OpenShift(**row) for row in rows]


def find_unclaimed(period: Period, *, most: int = 100) -> list[Photo]:
    """Find at most `most` photos in S3 that no phone ever said it captured, latest first."""
    statement = (
        select(Photo)
        .join(Return, Return.id == Photo.return_id)
        .join(RunSheet, RunSheet.id == Return.run_sheet_id)
        .where(*is_unclaimed())
        .order_by(Photo.stored_at.desc(), Photo.id)
    )
    return list(db.session.scalars(within(statement, period).limit(most)))


def find_closing(sheet: RunSheet) -> datetime | None:
    """Find when the last phone of a shift closed it; None while one has not."""
    return db.session.scalar(select(closings(Period.of(sheet)).c.closed_at))


def find_for_photo(photo_id: uuid.UUID) -> list[ManifestLine]:
    """Find every line that names a photo, told first first."""
    statement = select(ManifestLine).where(ManifestLine.photo_id == photo_id)
    return list(db.session.scalars(statement.order_by(ManifestLine.told_at, ManifestLine.id)))


def find_standing(
    executive_id: uuid.UUID, photo_ids: Collection[uuid.UUID], waits: Waits
) -> Sequence[Standing]:
    """Find how an executive's lines for these photos stand."""
    other = Photo.sha256.is_not(None) & (Photo.sha256 != ManifestLine.sha256)
    unfit = Photo.refused_at.is_not(None) & Photo.stored_at.is_(None)
    statement = (
        select(
            ManifestLine.photo_id,
            ManifestLine.sha256,
            state_of(waits),
            ManifestLine.on_sheet,
            func.coalesce(other, False),
            func.coalesce(unfit, False),
        )
        .outerjoin(Photo, Photo.id == ManifestLine.photo_id)
        .where(ManifestLine.executive_id == executive_id, ManifestLine.photo_id.in_(photo_ids))
    )
    rows = db.session.execute(statement)
    return [
        Standing(photo_id, sha256, LineState(state), bool(mine), bool(held), bool(came))
        for photo_id, sha256, state, mine, held, came in rows
    ]


def _select_open(state: ColumnElement[str]) -> Any:
    line = ManifestLine
    return (
        select(
            line.id.label("line_id"), state.label("state"), line.photo_id, line.sha256,
            line.size, line.told_at, line.captured_at, line.tries, line.waiting_reason,
            line.on_sheet, line.run_sheet_id, RunSheet.day, line.executive_id,
            FieldExecutive.name.label("executive_name"), line.merchant_id,
            Photo.return_id, Return.awb, Photo.slot, Photo.title,
        )
        .join(RunSheet, RunSheet.id == line.run_sheet_id)
        .join(FieldExecutive, FieldExecutive.id == line.executive_id)
        .outerjoin(Photo, Photo.id == line.photo_id)
        .outerjoin(Return, Return.id == Photo.return_id)
    )  # fmt: skip
