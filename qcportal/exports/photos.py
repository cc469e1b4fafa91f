"""The carrier's list of photos in a state as it is exported: one row per photo."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, select, union_all

from qcportal.devices import Device, FieldExecutive, RunSheet
from qcportal.exports.columns import MERCHANT, Column, merchant_name
from qcportal.exports.lists import ExportedList, register
from qcportal.language import lazy_gettext as _
from qcportal.photos import Photo
from qcportal.returns import Return
from qcportal.uploads import Patience, Wanted
from qcportal.uploads.standing import select_photos, sources

USUAL = "late"


def write_filter(state: str, patience: Patience, wanted: Wanted) -> dict[str, Any]:
    """Give a filter of the list as a job keeps it."""
    return {
        "state": state,
        "patience": [patience.late_after, patience.missing_after],
        "since": wanted.since and wanted.since.isoformat(),
        "until": wanted.until and wanted.until.isoformat(),
        "merchant": wanted.merchant_id and str(wanted.merchant_id),
        "executive": wanted.executive_id and str(wanted.executive_id),
    }


def _wanted(merchant_id: uuid.UUID | None, filters: Mapping[str, Any]) -> Wanted:
    since, until = (_moment(filters.get(name)) for name in ("since", "until"))
    merchant, executive = (_id(filters.get(name)) for name in ("merchant", "executive"))
    return Wanted(since, until, merchant_id or merchant, executive)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _id(text: str | None) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None


def _rows(merchant_id: uuid.UUID | None, filters: Mapping[str, Any]) -> tuple[Select[Any], Any]:
    places = sources(Patience(*filters.get("patience", ())))[filters.get("state", USUAL)]
    wanted = _wanted(merchant_id, filters)
    found = union_all(
        *(
            select_photos(place, wanted, Photo.id.label("photo"), place.moment.label("moment"))
            for place in places
        )
    ).subquery()
    columns: tuple[Any, ...] = (
        Photo.id, found.c.moment, Photo.title, Photo.refused_reason, Photo.claimed_bytes,
        Return.awb, Return.client_order_number, FieldExecutive.name, FieldExecutive.hub,
        Device.label, merchant_name(Photo.merchant_id),
    )  # fmt: skip
    statement = (
        select(*columns)
        .select_from(found)
        .join(Photo, Photo.id == found.c.photo)
        .join(Return, Return.id == Photo.return_id)
        .outerjoin(RunSheet, RunSheet.id == Return.run_sheet_id)
        .outerjoin(FieldExecutive, FieldExecutive.id == RunSheet.executive_id)
        .outerjoin(Device, Device.id == Photo.device_id)
    )
    return statement, Photo.id


def _column(name: str, field: str, meaning: Any, kind: Any = "text") -> Column:
    return Column(name, meaning, attrgetter(field), kind)


PHOTOS = register(
    ExportedList(
        "photos",
        (
            _column("Photo", "title", _("What the photo is of")),
            _column("AWB", "awb", _("The waybill number, as text")),
            _column("Order", "client_order_number", _("The merchant’s order number")),
            _column("Since", "moment", _("Since when it is in this state or waited for"), "time"),
            _column("Picked up by", "name", _("Whose run sheet it is on")),
            _column("Hub", "hub", _("Their hub")),
            _column("Phone", "label", _("The phone that announced it")),
            _column("Bytes", "claimed_bytes", _("How large the phone said it is"), "number"),
            _column("Reason", "refused_reason", _("Why it was not accepted; empty else")),
        ),
        _rows,
        carrier=(MERCHANT,),
    )
)
