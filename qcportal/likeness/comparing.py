"""Each new print is held against all others: the same bytes, or nearly the same picture."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from qcportal.db import db
from qcportal.devices import RunSheet
from qcportal.likeness import indexing, search
from qcportal.likeness.finding import Found, keep
from qcportal.likeness.prints import ANYBODY, SAME_PERSON, Nearness
from qcportal.likeness.tables import COMPARED, INDEXED, PrintRow
from qcportal.photos import Photo
from qcportal.returns import Return

SLICE = 200
PAIRS = 5
"""Findings that one new photo may give: who uses a picture a thousand times is found by five."""


@dataclass(frozen=True)
class Taken:
    """A photo as far as comparing goes: whose, when, of which return and by whom."""

    id: uuid.UUID
    return_id: uuid.UUID
    merchant_id: uuid.UUID
    executive_id: uuid.UUID | None
    at: datetime
    sha256: str | None
    kind: str

    @property
    def order(self) -> tuple[datetime, uuid.UUID]:
        """Give what says which of two photos is the later one."""
        return (self.at, self.id)


def compare() -> int:
    """Compare prints that are in the index; gives how many were taken from the queue."""
    rows = indexing.take(INDEXED, SLICE)
    if not rows:
        return 0
    prints = indexing.load([row.photo_id for row in rows])
    likes = {each: _likes(found) for each, found in prints.items()}
    twins = {row.photo_id: _same_bytes(row.sha256, row.return_id) for row in rows}
    wanted = {*prints, *(one for found in (*likes.values(), *twins.values()) for one in found)}
    taken = _load_taken(wanted)
    others = indexing.load({one for ids in likes.values() for one in ids})
    grounds = [_Ground(prints[each], taken, others) for each in prints if each in taken]
    found = [found for each in grounds for found in each.twins(twins[each.row.photo_id])]
    found += [found for each in grounds for found in each.likes(likes[each.row.photo_id])]
    keep(found)
    indexing.move(rows, COMPARED)
    return len(rows)


def _likes(row: PrintRow) -> list[uuid.UUID]:
    found = indexing.print_of(row)
    return search.find_alike(found) if found else []


def _same_bytes(sha256: str, return_id: uuid.UUID) -> list[uuid.UUID]:
    statement = (
        select(Photo.id)
        .where(Photo.sha256 == sha256, Photo.return_id != return_id)
        .where(indexing.is_compared())
        .order_by(Photo.stored_at, Photo.id)
        .limit(PAIRS)
    )
    return list(db.session.scalars(statement))


def _load_taken(photo_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Taken]:
    statement = (
        select(Photo, RunSheet.executive_id)
        .join(Return, Return.id == Photo.return_id)
        .outerjoin(RunSheet, RunSheet.id == Return.run_sheet_id)
        .where(Photo.id.in_(list(photo_ids)))
    )
    return {
        photo.id: Taken(
            photo.id,
            photo.return_id,
            photo.merchant_id,
            executive_id,
            photo.captured_at or photo.stored_at or photo.expected_at,
            photo.sha256,
            photo.kind,
        )
        for photo, executive_id in db.session.execute(statement)
    }


@dataclass(frozen=True)
class _Ground:
    """One print with the photos and prints that it is held against."""

    row: PrintRow
    taken: Mapping[uuid.UUID, Taken]
    others: Mapping[uuid.UUID, PrintRow]

    def twins(self, ids: Sequence[uuid.UUID]) -> Iterator[Found]:
        """Give the same file elsewhere; the earliest one is enough."""
        mine = self.taken[self.row.photo_id]
        for other in (self.taken[one] for one in ids[:1] if one in self.taken):
            yield _pair("same_bytes", mine, other, 100, {"sha256": self.row.sha256})

    def likes(self, ids: Sequence[uuid.UUID]) -> list[Found]:
        """Give the pictures that are nearly the same, the nearest first."""
        mine, own = self.taken[self.row.photo_id], indexing.print_of(self.row)
        if own is None:
            return []
        pairs = [(self.taken[one], indexing.print_of(row)) for one, row in self._rows(ids)]
        near = [
            (own.apart(like), other)
            for other, like in pairs
            if like is not None and _are_two(mine, other) and own.near(like, _most(mine, other))
        ]
        near.sort(key=lambda each: (-_score(each[0]), each[1].order))
        return [
            _pair("near_duplicate", mine, other, _score(apart), {**vars(apart)})
            for apart, other in near[:PAIRS]
        ]

    def _rows(self, ids: Sequence[uuid.UUID]) -> Iterator[tuple[uuid.UUID, PrintRow]]:
        known = [one for one in ids if one in self.taken and one in self.others]
        return ((one, self.others[one]) for one in known)


def _are_two(mine: Taken, other: Taken) -> bool:
    """Leave out the photo itself, those of the same return, and what has the same bytes."""
    return other.return_id != mine.return_id and other.sha256 != mine.sha256


def _most(mine: Taken, other: Taken) -> Nearness:
    same = mine.executive_id is not None and mine.executive_id == other.executive_id
    return SAME_PERSON if same else ANYBODY


def _score(apart: Nearness) -> int:
    """Say how alike two are, 50 to 98: less than the same file, never less than even."""
    return max(50, 98 - 2 * apart.differences - apart.frequencies)


def _pair(kind: Any, one: Taken, other: Taken, score: int, facts: dict[str, Any]) -> Found:
    earlier, later = sorted((one, other), key=lambda each: each.order)
    return Found(
        kind=kind,
        subject=later.id,
        photo_id=later.id,
        return_id=later.return_id,
        merchant_id=later.merchant_id,
        executive_id=later.executive_id,
        score=score,
        facts=facts,
        other_photo_id=earlier.id,
        other_return_id=earlier.return_id,
        other_merchant_id=earlier.merchant_id,
    )
