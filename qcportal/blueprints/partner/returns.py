"""Returns over the partner API: register, list, get, cancel."""

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Response
from pydantic import BaseModel

from qcportal import accounts, clock, errors, intake, results, returns, reviews
from qcportal.blueprints import pictures
from qcportal.blueprints.access import actor, current_key, permission, settings, write_apart
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.cursors import read_cursor, write_cursor
from qcportal.blueprints.partner import blueprint
from qcportal.blueprints.partner.answers import (
    BulkAnswer,
    RegisteredAnswer,
    ReturnAnswer,
    ReturnInFull,
    ReturnList,
)
from qcportal.blueprints.partner.payloads import BulkBody, ListQuery, ReturnBody
from qcportal.blueprints.typed import takes_no_body
from qcportal.db import db
from qcportal.intake import Registered
from qcportal.photos import Photo
from qcportal.photos.expecting import Place
from qcportal.results import OWN_QUESTION, Viewing
from qcportal.returns import ListFilter, NewReturn, Return, ReturnItem


class ReturnPath(BaseModel):
    """Which return."""

    return_id: uuid.UUID


@blueprint.post(
    "/returns",
    summary="Register a return",
    description=(
        "Idempotent by client_request_id: the same again is 200, other content under it is 409. "
        "The answer says per question whether it is accepted, changed or rejected."
    ),
    responses={201: RegisteredAnswer, 200: RegisteredAnswer, **PROBLEMS},
)
@permission("returns:write")
def create_return(body: ReturnBody) -> Response:
    """With `on_partial: reject` a return that cannot be checked in full is refused (409)."""
    answer = register([body.new_return()])[0]
    if answer.status in {"conflict", "rejected"}:
        faults = [
            errors.Fault(f"/items/{place}/questions/{each['id']}", each["outcome"], each["reason"])
            for place, outcomes in enumerate(answer.outcomes)
            for each in outcomes
            if each["outcome"] != "accepted"
        ]
        raise errors.Conflict(answer.detail, faults=faults)
    db.session.commit()
    return reply(registered(answer), 201 if answer.status == "created" else 200)


@blueprint.post(
    "/returns/bulk",
    summary="Register up to 500 returns",
    responses={200: BulkAnswer, **PROBLEMS},
)
@permission("returns:write")
def create_returns(body: BulkBody) -> Response:
    """Each return is answered for itself: created, exists, conflict or rejected."""
    answers = register([each.new_return() for each in body.returns])
    db.session.commit()
    counts = Counter(answer.status for answer in answers)
    return reply({"results": [registered(each) for each in answers], "counts": counts})


@blueprint.get(
    "/returns",
    summary="List returns, latest activity first",
    responses={200: ReturnList, **PROBLEMS},
)
@permission("returns:read")
def list_returns(query: ListQuery) -> Response:
    """Follow `next_cursor` until it is null; pages cost the same at any depth."""
    asked = ListFilter(
        tab=query.tab,
        query=query.q,
        since=query.since,
        until=query.until,
        city=query.city,
        any_case=True,
        dispute=query.dispute,
        merchant_id=current_key().merchant_id,
        missing_after=settings().missing_after,
    )
    page = returns.get_page(
        returns.weighed(asked), read_cursor(query.cursor), size=query.limit, items=True
    )
    cursor = write_cursor(page.rows[-1]) if page.has_older and page.rows else None
    return reply({"returns": [_return(rvp) for rvp in page.rows], "next_cursor": cursor})


@blueprint.get(
    "/returns/<uuid:return_id>", summary="Get a return", responses={200: ReturnInFull, **PROBLEMS}
)
@permission("returns:read")
def get_return(path: ReturnPath) -> Response:
    """Another merchant's return is 404."""
    if reviews.is_any_due(return_id=path.return_id):
        write_apart(lambda: reviews.settle_due(return_id=path.return_id))
    rvp = returns.get_full(path.return_id)
    missing = results.find_missing(rvp, viewing_of_key())
    return reply(_return(rvp) | {"missing": [asdict(each) for each in missing]})


@blueprint.post(
    "/returns/<uuid:return_id>/cancel",
    summary="Cancel a return",
    responses={200: ReturnAnswer, **PROBLEMS},
)
@permission("returns:write")
@takes_no_body
def cancel_return(path: ReturnPath) -> Response:
    """Possible until it is inspected or picked up; cancelling twice is a success."""
    returns.cancel(returns.get_return(path.return_id), by=actor())
    db.session.commit()
    db.session.expunge_all()
    return reply(_return(returns.get_full(path.return_id)))


def register(wanted: list[NewReturn]) -> list[Registered]:
    """Register returns of the asking key's merchant, each for itself."""
    config = settings()
    place = Place(config.bucket, config.capture_kinds, config.spare_slots)
    merchant = accounts.get_merchant(current_key().merchant_id)
    return intake.register(merchant, wanted, place, by=actor())


def viewing_of_key() -> Viewing:
    """Look as the asking key may: without the scope photos:read no photo has a URL."""
    at, config = clock.now(), settings()
    seeing = "photos:read" in current_key().scopes

    def url_of(photo: Photo) -> str | None:
        return pictures.original_url(photo, at) if seeing else None

    return Viewing(at, config.late_after, config.missing_after, url_of)


def registered(answer: Registered) -> dict[str, Any]:
    """Give what became of one return, as a `RegisteredAnswer`."""
    return {
        "client_request_id": answer.client_request_id,
        "status": answer.status,
        "detail": answer.detail,
        "return": _return(answer.rvp) if answer.rvp else None,
        "questions": [[_outcome(each) for each in outcomes] for outcomes in answer.outcomes],
    }


def _return(rvp: Return) -> dict[str, Any]:
    return {
        "return_id": rvp.id,
        "awb": rvp.awb,
        "client_order_number": rvp.client_order_number,
        "client_request_id": rvp.client_request_id,
        "shipment_state": rvp.shipment_state,
        "carrier_code": rvp.carrier_code,
        "qc_state": rvp.qc_state,
        "dispute_state": rvp.dispute_state,
        "qc_scope": rvp.qc_scope,
        "verdict": rvp.verdict,
        "verdict_reason": rvp.verdict_reason,
        "city": rvp.city,
        "pincode": rvp.pincode,
        "created_at": rvp.created_at,
        "activity_at": rvp.activity_at,
        "checked_at": rvp.checked_at,
        "final": rvp.final,
        "source": rvp.source or None,
        "photos": {
            "wanted": rvp.photos_wanted,
            "here": rvp.photos_here,
            "coming": rvp.photos_coming,
            "absent": rvp.photos_absent,
        },
        "items": [_item(item) for item in rvp.items],
    }


def _item(item: ReturnItem) -> dict[str, Any]:
    return {
        "item_id": item.id,
        "client_sku_id": item.client_sku_id,
        "name": item.name,
        "brand": item.brand,
        "category": item.category,
        "price": None if item.price_paise is None else item.price_paise / 100,
        "mrp": None if item.mrp_paise is None else item.mrp_paise / 100,
        "quantity": item.quantity,
        "return_reason": item.return_reason,
        "attributes": item.attributes,
        "reference_images": item.reference_images,
        "from_catalogue": item.from_catalogue,
        "qc_required": item.qc_required,
        "qc_scope": item.qc_scope,
        "questions": [_outcome(each) for each in item.intake],
        "verdict": item.verdict,
        "verdict_reason": item.verdict_reason,
    }


def _outcome(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Give one outcome; returns from before kept neither `own`, told by the check, nor texts."""
    own = (kept["check_key"] or "").startswith(OWN_QUESTION)
    return {"own": own, "question": "", **kept}
