"""What can happen to a return."""

import hashlib
import secrets
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Update,
    and_,
    case,
    func,
    insert,
    select,
    update,
)

from qcportal import clock, errors, history
from qcportal.accounts import Merchant
from qcportal.db import EVERY_COLUMN, compact_json, db, new_id
from qcportal.devices import RunSheet
from qcportal.history import Actor, Entry
from qcportal.language import gettext as _
from qcportal.returns.reads import find_by_request_ids
from qcportal.returns.tables import (
    OPEN_STATES,
    Admitted,
    NewReturn,
    Return,
    ReturnItem,
    search_key,
)

COUNTS = ("photos_wanted", "photos_here", "photos_coming", "photos_absent", "coming_since")
SETTLED = {"passed": "picked", "failed": "pickup_failed", "partially_passed": "picked_partial"}


def digest_of(new: NewReturn) -> str:
    """Give the digest that tells a repeated request from another one under the same id."""
    content = asdict(new)
    del content["source"]
    return hashlib.sha256(compact_json(content).encode()).hexdigest()


def create(merchant: Merchant, admitted: Sequence[Admitted], *, by: Actor) -> dict[str, Return]:
    """Write returns and their items in two statements; gives them by `client_request_id`.

    The caller made sure that none of the request ids exists; the schema refuses it otherwise.
    """
    rows = [_return_row(merchant, each) for each in admitted]
    items = [
        _item_row(row, each, place)
        for row, each in zip(rows, admitted, strict=True)
        for place in range(len(each.new.items))
    ]
    db.session.execute(insert(Return), rows, execution_options=EVERY_COLUMN)
    db.session.execute(insert(ReturnItem), items, execution_options=EVERY_COLUMN)
    history.record(
        [Entry(row["id"], merchant.id, "return_created", by, {"awb": row["awb"]}) for row in rows]
    )
    return find_by_request_ids(merchant.id, [each.new.client_request_id for each in admitted])


def lock(return_ids: Collection[uuid.UUID]) -> None:
    """Take the rows of these returns for this transaction, in one order, so that writers queue."""
    statement = select(Return.id).where(Return.id.in_(return_ids)).order_by(Return.id)
    db.session.execute(statement.with_for_update()).all()


def lock_chosen(chosen: Select[Any], known: Mapping[str, Any]) -> bool:
    """Take the rows of the returns that a statement gives the ids of; tells whether there are any.

    `known` are the statement's parameters.
    """
    return bool(db.session.execute(_locking(chosen), known).all())


@cache
def _locking(chosen: Select[Any]) -> Select[Any]:
    return select(Return.id).where(Return.id.in_(chosen)).order_by(Return.id).with_for_update()


def cancel(rvp: Return, *, by: Actor) -> None:
    """Call the pickup off; raises Conflict once it was inspected or picked up."""
    if rvp.shipment_state == "cancelled":
        return
    statement = (
        update(Return)
        .where(Return.id == rvp.id, Return.merchant_id == rvp.merchant_id)
        .where(Return.shipment_state.in_(OPEN_STATES), Return.verdict.is_(None))
        .values(shipment_state="cancelled", revision=Return.revision + 1)
    )
    if db.session.execute(statement).rowcount == 0:  # type: ignore[attr-defined]
        raise errors.Conflict(_("It was picked up or inspected, so it can no longer be cancelled."))
    rvp.shipment_state = "cancelled"
    history.record([Entry(rvp.id, rvp.merchant_id, "return_cancelled", by)])


def assign(sheet: RunSheet, return_ids: Sequence[uuid.UUID], *, by: Actor) -> int:
    """Put open, unassigned returns at the end of a run sheet; gives how many were put."""
    last = select(func.coalesce(func.max(Return.run_position), 0)).where(
        Return.run_sheet_id == sheet.id
    )
    start = db.session.scalar(last) or 0
    places = {return_id: start + step for step, return_id in enumerate(return_ids, 1)}
    if not places:
        return 0
    statement = (
        update(Return)
        .where(Return.id.in_(places), Return.run_sheet_id.is_(None))
        .where(Return.shipment_state.in_(OPEN_STATES))
        .values(
            run_sheet_id=sheet.id,
            run_position=case(places, value=Return.id),
            executive_name=sheet.executive.name,
            shipment_state="scheduled",
            revision=Return.revision + 1,
        )
        .returning(Return.id, Return.merchant_id)
    )
    rows = db.session.execute(statement).all()
    data = {"executive": sheet.executive.name, "day": sheet.day.isoformat()}
    history.record([Entry(key, owner, "pickup_assigned", by, data) for key, owner in rows])
    return len(rows)


def unassign(sheet: RunSheet, return_ids: Sequence[uuid.UUID], *, by: Actor) -> int:
    """Take returns off a run sheet, as long as they wait for it; gives how many were taken.

    A return of which photos were announced stays: they lie on that executive's phone.
    """
    statement = (
        update(Return)
        .where(Return.id.in_(return_ids), Return.run_sheet_id == sheet.id)
        .where(Return.shipment_state.in_(OPEN_STATES), Return.verdict.is_(None))
        .where(Return.photos_coming + Return.photos_here + Return.photos_absent == 0)
        .values(
            run_sheet_id=None,
            run_position=None,
            executive_name=None,
            shipment_state="created",
            revision=Return.revision + 1,
        )
        .returning(Return.id, Return.merchant_id)
    )
    rows = db.session.execute(statement).all()
    history.record([Entry(key, owner, "pickup_unassigned", by) for key, owner in rows])
    return len(rows)


def record_verdict(rvp: Return, verdict: str, *, reason: str, shipment: str | None) -> None:
    """Keep what the inspection gave; `shipment` is the outcome that the app reports, if any."""
    rvp.verdict, rvp.verdict_reason = verdict, reason
    rvp.qc_state = verdict
    rvp.checked_at = rvp.activity_at = clock.now()
    if rvp.shipment_state in OPEN_STATES:
        rvp.shipment_state = shipment or SETTLED.get(verdict, "out_for_pickup")
    db.session.flush()


def refresh_photo_counts(counted: Select[Any], known: Mapping[str, Any]) -> None:
    """Write the photo counts of returns whose rows are locked; settles `evidence_incomplete`.

    `counted` selects a `return_id` and its COUNTS, given the parameters that are `known`.
    """
    options = {"synchronize_session": False}
    db.session.execute(_refreshing(counted), known, execution_options=options)


@cache
def _refreshing(counted: Select[Any]) -> Update:
    counts = counted.subquery("counted")
    outstanding = counts.c.photos_coming + counts.c.photos_absent > 0
    waits = awaits_evidence(Return.verdict, outstanding)
    qc_state = case((waits, "evidence_incomplete"), else_=Return.verdict)
    keep = Return.verdict.is_(None) | Return.qc_state.in_(("overridden", "not_required"))
    return (
        update(Return)
        .where(Return.id == counts.c.return_id)
        .values({name: counts.c[name] for name in COUNTS})
        .values(qc_state=case((keep, Return.qc_state), else_=qc_state))
        .values(revision=Return.revision + 1)
    )


def awaits_evidence(
    verdict: SQLColumnExpression[Any], outstanding: ColumnElement[bool] | None = None
) -> ColumnElement[bool]:
    """Tell whether a return with this verdict waits for photos and for nothing before them.

    One that needs a look says so: its clock runs whether or not the photos are here.
    """
    if outstanding is None:
        outstanding = Return.photos_coming + Return.photos_absent > 0
    return and_(outstanding, verdict != "needs_review")


def _return_row(merchant: Merchant, admitted: Admitted) -> dict[str, Any]:
    new, at = admitted.new, clock.now()
    lead = new.items[0]
    return {
        "id": new_id(),
        "merchant_id": merchant.id,
        "awb": search_key(new.awb) if new.awb else _draw_awb(),
        "client_order_number": new.client_order_number,
        "order_key": search_key(new.client_order_number),
        "client_request_id": new.client_request_id,
        "request_digest": admitted.request_digest,
        "on_partial": new.on_partial,
        "title": lead.name,
        "lead_sku": lead.client_sku_id,
        "item_count": len(new.items),
        "return_reason": lead.return_reason,
        "city": new.city,
        "pincode": new.pincode,
        "latitude": new.latitude,
        "longitude": new.longitude,
        "pickup": dict(new.pickup),
        "customer_return_count": new.customer_return_count,
        "source": dict(new.source),
        "qc_scope": admitted.qc_scope,
        "photos_wanted": admitted.photos_wanted,
        "qc_state": "pending" if any(admitted.checked) else "not_required",
        "created_at": at,
        "activity_at": at,
    }


def _item_row(parent: Mapping[str, Any], admitted: Admitted, place: int) -> dict[str, Any]:
    item = admitted.new.items[place]
    return {
        "id": new_id(),
        "merchant_id": parent["merchant_id"],
        "return_id": parent["id"],
        "position": place,
        "client_sku_id": item.client_sku_id,
        "sku_key": search_key(item.client_sku_id),
        "name": item.name,
        "brand": item.brand,
        "category": item.category,
        "price_paise": item.price_paise,
        "mrp_paise": item.mrp_paise,
        "quantity": item.quantity,
        "return_reason": item.return_reason,
        "attributes": dict(item.attributes),
        "reference_images": list(item.reference_images),
        "from_catalogue": list(admitted.from_catalogue[place]),
        "qc_required": item.qc_required,
        "qc_scope": admitted.scopes[place],
        "intake": [dict(outcome) for outcome in admitted.outcomes[place]],
    }


def _draw_awb() -> str:
    """Draw a waybill of twelve digits; the schema refuses the rare one that is taken."""
    return "77" + "".join(secrets.choice("0123456789") for _other in range(10))
