"""What was frozen and said of one return against the digests that its history keeps."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from qcportal.inspections.seals import seal_of
from qcportal.rules import canonical
from qcportal.verification.findings import Offence


@dataclass(frozen=True)
class Sealed:
    """The rows of one return whose content its history vouches for."""

    return_id: uuid.UUID
    checklists: Sequence[Any]
    inspections: Sequence[Any]
    answers: Sequence[Any]
    photos: Sequence[Any]


def judge_return(held: Sealed, events: Sequence[Any]) -> Iterator[Offence]:
    """Compare checklists, inspections, answers and the rows of photos with the history."""
    where = {"return": str(held.return_id)}
    yield from (Offence("photo_vanished", where, f"photo {each}") for each in _lost(held, events))
    frozen = {
        item: digest
        for event in events
        for item, digest in event.data.get("checklists", {}).items()
    }
    stands = {str(each.item_id): each for each in held.checklists}
    for item in sorted(frozen.keys() | stands.keys()):
        row = stands.get(item)
        if row is None or not (frozen.get(item) == row.digest == canonical.digest(row.body)):
            yield Offence("checklist_changed", where, f"item {item}")
    sealed = [event.data.get("sealed") for event in events if event.action == "inspected"]
    answers = [each._mapping for each in held.answers]
    if sealed != [seal_of(each, answers) for each in held.inspections]:
        yield Offence("answers_changed", where)


def _lost(held: Sealed, events: Sequence[Any]) -> list[str]:
    """Name the photos that the history tells of and that have no row any more.

    Histories of other things, of a dispute say, tell of photos too; these are their returns'.
    """
    if not any(each.action == "return_created" for each in events):
        return []
    told = {event.data["photo"] for event in events if "photo" in event.data}
    for event in events:
        told.update(event.data.get("photos", ()))
    return sorted(told - {str(each.id) for each in held.photos})
