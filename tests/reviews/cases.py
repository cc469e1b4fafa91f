"""Returns that need a look, made through the phone's own door."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select

from qcportal.db import db
from qcportal.inspections import IssuedChecklist
from qcportal.returns import ReturnItem
from qcportal.reviews import Review
from tests.world import Store, World, a_return, an_inspection, an_item

REASON = "The photo shows the right IMEI on the box label."


def unclear(rvp: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Give an inspection in which the IMEI of every item could not be checked."""
    items = [
        {
            "item_id": item["item_id"],
            "answers": [
                {"check": "same-item", "result": "match", "value": "yes"},
                {"check": "damage", "result": "match", "value": "no"},
                {"check": "imei", "result": "not_checked", "remarks": "The screen is dark"},
            ],
        }
        for item in rvp["items"]
    ]
    return an_inspection(rvp) | {"items": items, "app_verdict": "needs_review"} | changes


def a_case(
    world: World,
    *,
    minutes: int | None = None,
    default: str = "fail",
    items: int = 1,
    store: Store | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """Register, assign and inspect a return of which every item needs a look."""
    goods = [an_item(client_sku_id=f"NUV-P8-{number}") for number in range(1, items + 1)]
    rvp = world.register(store=store, **(a_return(items=goods)))
    if minutes is not None:
        set_policy(world, rvp["return_id"], minutes, default)
    world.assign(rvp["return_id"])
    answer = world.field("POST", "/inspections", unclear(rvp, **changes))
    assert answer.status_code == 201, answer.get_json()
    return rvp


def set_policy(world: World, return_id: str, minutes: int, default: str) -> None:
    """Let the frozen checklists of a return carry a review policy."""
    with world.inside():
        wanted = IssuedChecklist.return_id == uuid.UUID(return_id)
        for issued in db.session.scalars(select(IssuedChecklist).where(wanted)):
            issued.body = issued.body | {"review": {"minutes": minutes, "default": default}}


def reviews_of(world: World, return_id: str) -> list[Review]:
    """Give the reviews of a return in the order of its items."""
    with world.inside(commit=False):
        statement = (
            select(Review)
            .join(ReturnItem, ReturnItem.id == Review.item_id)
            .where(Review.return_id == uuid.UUID(return_id))
            .order_by(ReturnItem.position)
        )
        return list(db.session.scalars(statement))


def items_of(world: World, return_id: str) -> list[ReturnItem]:
    """Give the items of a return as they are in the database."""
    with world.inside(commit=False):
        wanted = ReturnItem.return_id == uuid.UUID(return_id)
        return list(
            db.session.scalars(select(ReturnItem).where(wanted).order_by(ReturnItem.position))
        )


def until(world: World, return_id: str) -> datetime:
    """Give when the time to decide on a return's first item ends."""
    decide_by = reviews_of(world, return_id)[0].decide_by
    assert decide_by is not None
    return decide_by
