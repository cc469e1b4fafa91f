"""A finding is kept once, whoever finds it, with the first entry of its own history."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qcportal import clock, history
from qcportal.db import db, new_id
from qcportal.history import Entry
from qcportal.likeness.indexing import insert_of
from qcportal.likeness.tables import Finding, Kind


@dataclass(frozen=True)
class Found:
    """What was found about a photo; the columns of a finding that are known by then."""

    kind: Kind
    subject: uuid.UUID
    photo_id: uuid.UUID
    return_id: uuid.UUID
    merchant_id: uuid.UUID
    executive_id: uuid.UUID | None
    score: int
    facts: Mapping[str, Any]
    other_photo_id: uuid.UUID | None = None
    other_return_id: uuid.UUID | None = None
    other_merchant_id: uuid.UUID | None = None


def keep(found: Iterable[Found]) -> int:
    """Write the findings that are new, for people to look at; gives how many."""
    entries = []
    for each in {(one.kind, one.subject): one for one in reversed(list(found))}.values():
        row = {**vars(each), "id": new_id(), "found_at": clock.now(), "state": "open", "note": ""}
        statement = insert_of(Finding).values(row).on_conflict_do_nothing().returning(Finding.id)
        if (written := db.session.scalar(statement)) is not None:
            data = {"kind": each.kind, "photo": str(each.photo_id), "score": each.score}
            data |= {"other": str(each.other_photo_id)} if each.other_photo_id else {}
            entries.append(Entry(written, None, "likeness_found", history.SYSTEM, data))
    history.record(entries)
    return len(entries)
