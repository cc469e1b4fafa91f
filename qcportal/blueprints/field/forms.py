"""Upload forms: rows are committed first, then signed with pure arithmetic."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Response, current_app

from qcportal import clock, devices, errors, photos
from qcportal.blueprints.access import DEVICE, current_phone, permission, settings
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.field import blueprint
from qcportal.blueprints.field.answers import FormsAnswer
from qcportal.blueprints.field.payloads import FormsBody
from qcportal.db import db
from qcportal.photos import Photo
from qcportal.photos.sending import Sought, Way
from qcportal.storage import FormBatch, FormWanted, PhotoStore

OPEN_METADATA = ("sha256", "captured-at", "note")
LARGEST = 2_000


@blueprint.post(
    "/forms",
    summary="Get pre-signed upload forms for a run sheet, returns or photos",
    description=(
        "Asking again for the same photo gives a fresh form for the same key. Fill the empty "
        "fields (they may stay empty), put the file last, and expect 201."
    ),
    responses={201: FormsAnswer, **PROBLEMS},
)
@permission(DEVICE)
def issue_forms(body: FormsBody) -> Response:
    """Photos whose file is verified already need no form and get none."""
    if body.content_type:
        _choose_type(body)
    rows = _find(body)
    db.session.commit()
    store: PhotoStore = current_app.extensions["qcportal.store"]
    batch = store.issue_forms(_wanted(rows), clock.now())
    answer = _factored if body.shape == "factored" else _plain
    return reply(answer(rows, batch), 201)


def _find(body: FormsBody) -> Sequence[Any]:
    ways: tuple[Way, ...] = ("run_sheet_id", "return_ids", "photo_ids")
    given = [(way, value) for way in ways if (value := getattr(body, way)) is not None]
    if len(given) != 1:
        fault = errors.Fault("", "one_of", "Give one of run_sheet_id, return_ids and photo_ids.")
        raise errors.Invalid(faults=[fault])
    way, value = given[0]
    sought = Sought(way, spare=body.spare, one_call=body.one_call)
    rows = photos.find_to_send(current_phone().executive_id, sought, value, most=LARGEST + 1)
    if len(rows) > LARGEST:
        raise errors.TooLarge(f"These are over {LARGEST} photos; ask for fewer returns at a time.")
    if body.run_sheet_id is not None and not rows:
        _check_sheet(body.run_sheet_id)
    asked = body.photo_ids or body.return_ids or ()
    found = {row.id if body.photo_ids else row.return_id for row in rows}
    if not found.issuperset(asked):
        _check_asked(body, asked)
    return rows


def _check_asked(body: FormsBody, asked: Sequence[uuid.UUID]) -> None:
    """Raise NotFound naming what is not on the run sheet; what is sent already needs no form."""
    name = "photo_ids" if body.photo_ids else "return_ids"
    mine = photos.find_mine(
        current_phone().executive_id, photo_ids=body.photo_ids, return_ids=body.return_ids
    )
    faults = [
        errors.Fault(f"/{name}/{place}", "not_yours", "This is not on your run sheet.")
        for place, each in enumerate(asked)
        if each not in mine
    ]
    if faults:
        raise errors.NotFound("Not all of these are on your run sheet.", faults=faults)


def _check_sheet(sheet_id: uuid.UUID) -> None:
    if devices.get_run_sheet(sheet_id).executive_id != current_phone().executive_id:
        raise errors.NotFound()


def _choose_type(body: FormsBody) -> None:
    if body.photo_ids is None or len(body.photo_ids) != 1:
        fault = errors.Fault("/content_type", "one_photo", "Choose a type for one photo at a time.")
        raise errors.Invalid(faults=[fault])
    mine = photos.select_to_send(current_phone().executive_id)
    photo = db.session.scalars(mine.where(Photo.id == body.photo_ids[0])).one_or_none()
    if photo is None:
        raise errors.NotFound("It is not on your run sheet and still to be sent.")
    photos.choose_content_type(photo, body.content_type or "", settings().capture_kinds)


def _wanted(rows: Sequence[Any]) -> list[FormWanted]:
    executive_id = str(current_phone().executive_id)
    metadata = {
        kind: {"executive-id": executive_id, "kind": kind} for kind in {row.kind for row in rows}
    }
    return [
        FormWanted(
            row.key,
            row.content_type,
            row.min_bytes,
            row.max_bytes,
            metadata[row.kind],
            OPEN_METADATA,
        )
        for row in rows
    ]


def _plain(rows: Sequence[Any], batch: FormBatch) -> dict[str, Any]:
    forms = [
        {
            "photo_id": str(row.id),
            "return_id": str(row.return_id),
            "slot": row.slot,
            "key": row.key,
            "method": form.method,
            "url": form.url,
            "fields": form.fields,
        }
        for row, form in zip(rows, batch.forms, strict=True)
    ]
    return {
        "effective_expires_at": batch.effective_expires_at,
        "server_time": clock.now(),
        "forms": forms,
    }


def _factored(rows: Sequence[Any], batch: FormBatch) -> dict[str, Any]:
    """Say once what forms have in common, for a phone that puts each policy together by itself."""
    forms = [
        {
            "photo_id": str(row.id),
            "slot": row.slot,
            "key": form.key,
            "policy": form.place,
            "signature": form.signature,
        }
        for row, form in zip(rows, batch.signed, strict=True)
    ]
    return {
        "effective_expires_at": batch.effective_expires_at,
        "server_time": clock.now(),
        "url": batch.url,
        "shared_fields": batch.shared_fields,
        "policies": [vars(each) for each in batch.policies],
        "forms": forms,
    }
