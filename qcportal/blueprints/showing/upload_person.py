"""One person's phones, and what they still have to send."""

import uuid
from collections.abc import Iterator
from typing import Any

from flask import url_for

from qcportal import clock, devices, reconciliation, uploads
from qcportal.accounts import Merchant
from qcportal.blueprints.jinja import day_words, duration, since
from qcportal.blueprints.showing import upload_loss, upload_phones
from qcportal.blueprints.showing.frames import CARRIER_ZONE
from qcportal.blueprints.showing.upload_health import patience
from qcportal.blueprints.showing.upload_photos import badge_of
from qcportal.blueprints.shown.frame import Fact, Link
from qcportal.blueprints.shown.upload_health import PersonPhone, PhotoRow, UploadPersonPage
from qcportal.db import db
from qcportal.devices import Device, FieldExecutive, RunSheet
from qcportal.language import gettext as _
from qcportal.language import ngettext
from qcportal.photos import Photo
from qcportal.returns import Return

MOST = 100
SHEETS, SHIFTS = 7, 31


def build(executive_id: uuid.UUID) -> UploadPersonPage:
    """Put the page together, or raise NotFound."""
    person = devices.get_executive(executive_id)
    phones = devices.select_devices().where(Device.executive_id == person.id)
    sheets = devices.select_run_sheets().where(RunSheet.executive_id == person.id).limit(SHEETS)
    held = db.session.execute(_select_held(person.id)).all()
    more = len(held) > MOST
    return UploadPersonPage(
        name=person.name,
        code=person.code,
        hub=person.hub,
        phones=tuple(_phone(each) for each in db.session.scalars(phones)),
        rows=tuple(_row(photo, awb, merchant, person) for photo, awb, merchant in held[:MOST]),
        shown=_("the oldest %(n)s", n=MOST)
        if more
        else ngettext("%(num)s photo", "%(num)s photos", len(held)),
        shifts=upload_loss.rows(uploads.find_shifts_of(person.id, most=SHIFTS)),
        sheets=tuple(_sheet(each) for each in db.session.scalars(sheets)),
        back=Link(url_for("admin.upload_health"), _("Upload health")),
        tz=CARRIER_ZONE,
    )


def _select_held(executive_id: uuid.UUID) -> Any:
    still = reconciliation.select_still_on_phone(executive_id)
    joined = still.join(Merchant, Merchant.id == Photo.merchant_id)
    return joined.with_only_columns(Photo, Return.awb, Merchant.name).limit(MOST + 1)


def _row(photo: Photo, awb: str, merchant: str, person: FieldExecutive) -> PhotoRow:
    announced = photo.captured_reported_at or photo.expected_at
    age = clock.now() - announced
    state = "missing" if age.total_seconds() > patience().missing_after else "late"
    return PhotoRow(
        title=photo.title,
        href=url_for("admin.photo_life", id=photo.id),
        badge=badge_of(state),
        awb=awb,
        return_href=url_for("admin.return_detail", id=photo.return_id),
        merchant=merchant,
        when_at=announced,
        person=person.name,
        note=_("%(span)s ago", span=duration(age)),
    )


def _phone(device: Device) -> PersonPhone:
    return PersonPhone(device.label, upload_phones.state(device), tuple(_facts(device)))


def _facts(device: Device) -> Iterator[Fact]:
    yield Fact(_("Last seen"), since(device.seen_at))
    if device.photos_waiting is not None:
        waiting = ngettext("%(num)s photo", "%(num)s photos", device.photos_waiting)
        yield Fact(_("Waiting, says the phone"), waiting)
    if device.photos_waiting:
        yield Fact(_("Why"), upload_phones.why(device))
    if device.battery_percent is not None:
        yield Fact(_("Battery"), f"{device.battery_percent}%")
    if free := upload_phones.storage(device):
        yield Fact(_("Storage"), free)
    if clock_says := upload_phones.clock_words(device):
        yield Fact(_("Clock"), clock_says)
    if device.app_version:
        yield Fact(_("App"), _("version %(number)s", number=device.app_version))


def _sheet(sheet: RunSheet) -> Link:
    day = sheet.day
    return Link(url_for("admin.run_sheet", id=sheet.id), day_words(day, weekday=True))
