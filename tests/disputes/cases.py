"""Disputes made by the domain's verbs, on returns that went through the phone's own door."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from qcportal import disputes, history
from qcportal.db import db
from qcportal.disputes import Citation, Dispute, NewDispute, Person, Verdict
from qcportal.history import Actor, HistoryEvent
from tests.world import Store, World, a_capture, a_return, an_arrival, an_inspection, an_item

TEXT = "The photo shows the box sealed, so this return should have passed."
WHY = "The photo shows the seal unbroken, as the merchant says."
CLAIMS = Person(Actor("user", "chitra", "Chitra of Fern"), "claims")
VIEWER = Person(Actor("user", "vera", "Vera of Fern"), "viewer")
KEY = Person(Actor("api_key", "erp", "erp"), "partner")
ASHA = Person(Actor("user", "asha", "Asha Shinde"), "dispute_officer")
BALA = Person(Actor("user", "bala", "Bala Rao"), "dispute_officer")
DEV = Person(Actor("user", "dev", "Dev Nair"), "appeals_officer")
OPS = Person(Actor("user", "om", "Om Rao"), "operations")
AUDIT = Person(Actor("user", "anu", "Anu Das"), "auditor")
UPHELD = Verdict("approved", "photos_show_it", WHY)
DECLINED = Verdict("rejected", "photos_show_otherwise", WHY)


def inspected(
    world: World, *, items: int = 1, store: Store | None = None, failed: str = "damage",
    here: Sequence[str] = ("front",), **changes: Any,
) -> dict[str, Any]:  # fmt: skip
    """Give a return that failed its inspection by one check, with these photos in the bucket."""
    goods = [an_item(client_sku_id=f"NUV-P8-{number}") for number in range(1, items + 1)]
    rvp = world.register(store=store, **(a_return(items=goods) | changes))
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    wanted = [slot for slot in forms if slot.startswith(tuple(here)) and "spare" not in slot]
    body = an_inspection(rvp) | {"items": [_answers(item, failed) for item in rvp["items"]]}
    body |= {"captures": [a_capture(forms[slot]) for slot in wanted], "app_verdict": None}
    answer = world.field("POST", "/inspections", body)
    assert answer.status_code == 201, answer.get_json()
    told = world.callback(*[an_arrival(forms[slot]) for slot in wanted])
    assert told.status_code == 200
    return rvp


def _answers(item: dict[str, Any], failed: str) -> dict[str, Any]:
    values = {"same-item": "yes", "damage": "no", "imei": "004400112233448"}
    answers = [{"check": key, "result": "match", "value": each} for key, each in values.items()]
    for each in answers:
        if each["check"] == failed:
            found = "356938035643809" if failed == "imei" else "yes"
            each |= {"result": "mismatch", "value": found, "remarks": "Found at the door"}
    return {"item_id": item["item_id"], "answers": answers}


def a_claim(world: World, rvp: dict[str, Any], **changes: Any) -> NewDispute:
    """Give a complete claim on a return: all of its items, and its first photo."""
    photo = next(
        each for slot, each in world.photo_rows(rvp["return_id"]).items() if slot.startswith("fr")
    )
    new = NewDispute(
        return_id=uuid.UUID(rvp["return_id"]),
        kind="should_have_passed",
        text=TEXT,
        items=tuple(
            disputes.ItemClaim(uuid.UUID(item["item_id"]), 150_000) for item in rvp["items"]
        ),
        citations=(Citation(photo.id),),
    )
    return replace(new, **changes)


def sent(world: World, *, rvp: dict[str, Any] | None = None, by: Person = CLAIMS, **changes: Any):
    """Raise a dispute on a failed return and give it as it is in the database."""
    rvp = rvp or inspected(world)
    with world.inside():
        begun = disputes.draft(a_claim(world, rvp, **changes), by=by)
        return disputes.send(begun.id, by=by)


def in_review(world: World, **changes: Any) -> Dispute:
    """Give a dispute that an admin opened and left again."""
    dispute = sent(world, **changes)
    with world.inside():
        disputes.claim(dispute.id, by=ASHA)
        return disputes.release(dispute.id, by=ASHA)


def row(world: World, dispute_id: uuid.UUID) -> Dispute:
    """Give a dispute as it is in the database."""
    with world.inside(commit=False):
        return db.session.scalars(select(Dispute).where(Dispute.id == dispute_id)).one()


def steps(world: World, dispute_id: uuid.UUID) -> list[str]:
    """Give what the history says of a dispute, oldest first; its chain has to hold."""
    with world.inside(commit=False):
        events = db.session.scalars(
            select(HistoryEvent).where(HistoryEvent.chain == dispute_id).order_by(HistoryEvent.seq)
        ).all()
        assert history.broken_link(events) is None
        return [event.action.removeprefix("dispute_") for event in events]


def told(world: World, dispute_id: uuid.UUID) -> list[str]:
    """Give the kinds of events that wait to be told of a dispute."""
    with world.inside(commit=False):
        return [
            event.kind.removeprefix("dispute.")
            for event in disputes.due_events(limit=1000)
            if event.dispute_id == dispute_id
        ]
