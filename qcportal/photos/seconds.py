"""What parts versions of one second, where it is told of a version that is known without it.

The reconciler's listing has places and no sequencers, an event has a sequencer and no place. Each
is filled in once, so that the set of what was told decides which version was first, whoever told
it first. A known version that a listing of its second does not show any more was there before what
only the listing tells, as far as anybody knows: evidence never moves on a guess.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from sqlalchemy import update

from qcportal.db import db
from qcportal.photos.tables import ArrivalRow
from qcportal.photos.told import Arrival, Identity

UNLISTED = -1


def fill_in(
    rows: Iterable[Any], arrivals: Sequence[Arrival], places: Mapping[Identity, int]
) -> tuple[list[Any], list[Arrival]]:
    """Give arrival rows and what is told now with all that either knows, and write the rows'."""
    filled = {(row.bucket, row.key, row.version_id): row for row in rows}
    marks = [(each.identity, each.sequencer, each.place) for each in arrivals if each.sha256]
    marks += [(identity, "", place) for identity, place in places.items()]
    marks += [(identity, "", UNLISTED) for identity in _unlisted(filled, arrivals, places)]
    for identity, sequencer, place in marks:
        row = filled.get(identity)
        if row is not None and (lacking := _lacking(row, sequencer, place)):
            filled[identity] = SimpleNamespace(**{**_values(row), **lacking})
            _write(row.id, lacking)
    return list(filled.values()), [_completed(each, filled) for each in arrivals]


def _unlisted(
    rows: Mapping[Identity, Any], arrivals: Iterable[Arrival], places: Mapping[Identity, int]
) -> list[Identity]:
    told = {each.identity: each for each in arrivals}
    listed = {
        (identity[:2], (told.get(identity) or rows[identity]).stored_at)
        for identity in places
        if identity in told or identity in rows
    }
    return [
        identity
        for identity, row in rows.items()
        if row.sha256 and (identity[:2], row.stored_at) in listed and identity not in places
    ]


def _lacking(known: Any, sequencer: str, place: int | None) -> dict[str, Any]:
    lacking: dict[str, Any] = {}
    if sequencer and not known.sequencer:
        lacking["sequencer"] = sequencer
    if place is not None and known.place is None:
        lacking["place"] = place
    return lacking


def _write(row_id: Any, lacking: Mapping[str, Any]) -> None:
    db.session.execute(
        update(ArrivalRow).where(ArrivalRow.id == row_id).values(lacking),
        execution_options={"synchronize_session": False},
    )


def _completed(arrival: Arrival, rows: Mapping[Identity, Any]) -> Arrival:
    row = rows.get(arrival.identity)
    lacking = _lacking(arrival, row.sequencer, row.place) if row is not None else {}
    return replace(arrival, **lacking) if lacking else arrival


def _values(row: Any) -> Mapping[str, Any]:
    return vars(row) if isinstance(row, SimpleNamespace) else row._mapping
