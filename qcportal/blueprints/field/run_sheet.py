"""The run sheet: today's stops with their checklists and expected photos."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response

from qcportal import clock, devices, inspections, photos, returns
from qcportal.blueprints.access import DEVICE, current_phone, permission, settings
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.field import blueprint
from qcportal.blueprints.field.answers import RunSheetAnswer
from qcportal.blueprints.typed import Strict
from qcportal.db import db
from qcportal.inspections import IssuedChecklist
from qcportal.photos import Photo, quality, shown_state
from qcportal.returns import Return, ReturnItem
from qcportal.rules import masking

CARRIER_ZONE = "Asia/Kolkata"


class RunSheetQuery(Strict):
    """Which day; today in the carrier's zone when left out."""

    day: date | None = None


@blueprint.get(
    "/run-sheet",
    summary="Fetch the stops of a day",
    responses={200: RunSheetAnswer, **PROBLEMS},
)
@permission(DEVICE)
def get_run_sheet(query: RunSheetQuery) -> Response:
    """An executive without returns gets an empty list."""
    phone = current_phone()
    day = query.day or clock.now().astimezone(ZoneInfo(CARRIER_ZONE)).date()
    sheet = devices.find_run_sheet(phone.executive_id, day)
    body: dict[str, Any] = {
        "run_sheet_id": sheet.id if sheet else None,
        "day": day.isoformat(),
        "executive": {"id": phone.executive_id, "name": phone.executive_name},
        "server_time": clock.now(),
        "photo_quality": _advice(),
        "stops": _stops(sheet.id) if sheet else [],
    }
    return reply(body)


def _advice() -> dict[str, Any]:
    return {
        "blurred_below": quality.BLURRED_BELOW,
        "too_dark_above": quality.TOO_DARK_ABOVE,
        "too_bright_above": quality.TOO_BRIGHT_ABOVE,
        "accept_after_tries": settings().accept_after_tries,
    }


def _stops(sheet_id: Any) -> list[dict[str, Any]]:
    rvps = list(db.session.scalars(returns.select_for_run_sheet(sheet_id)).unique())
    ids = [rvp.id for rvp in rvps]
    issued = inspections.find_checklists(ids)
    expected = photos.find_for_returns(ids)
    return [_stop(rvp, issued, expected[rvp.id]) for rvp in rvps]


def _stop(rvp: Return, issued: Any, expected: list[Photo]) -> dict[str, Any]:
    return {
        "return_id": rvp.id,
        "awb": rvp.awb,
        "position": rvp.run_position or 0,
        "merchant": rvp.merchant.name,
        "shipment_state": rvp.shipment_state,
        "qc_state": rvp.qc_state,
        "city": rvp.city,
        "pincode": rvp.pincode,
        "pickup": rvp.pickup,
        "items": [_item(item, issued.get(item.id)) for item in rvp.items],
        "photos": [_photo(photo, rvp) for photo in expected],
    }


def _item(item: ReturnItem, issued: IssuedChecklist | None) -> dict[str, Any]:
    attributes = masking.hide_answers(item.attributes, issued.body) if issued else item.attributes
    return {
        "item_id": item.id,
        "client_sku_id": item.client_sku_id,
        "name": item.name,
        "brand": item.brand,
        "quantity": item.quantity,
        "attributes": attributes,
        "reference_images": item.reference_images,
        "checklist": masking.for_phone(issued.body) if issued else None,
    }


def _photo(photo: Photo, rvp: Return) -> dict[str, Any]:
    waits = {"late_after": settings().late_after, "missing_after": settings().missing_after}
    inspected = rvp.checked_at is not None
    state = shown_state(photo, at=clock.now(), inspected=inspected, **waits)
    return {
        "photo_id": photo.id,
        "slot": photo.slot,
        "title": photo.title,
        "kind": photo.kind,
        "purpose": photo.purpose,
        "required": photo.required,
        "item_id": photo.item_id,
        "check": photo.check_key,
        "content_type": photo.content_type,
        "min_bytes": photo.min_bytes,
        "max_bytes": photo.max_bytes,
        "state": state.value,
    }
