"""Phones with late or missing photos, and why, as far as the phone said."""

from datetime import timedelta

from flask import url_for

from qcportal import clock
from qcportal.blueprints.jinja import duration, file_size
from qcportal.blueprints.shown.frame import Badge
from qcportal.blueprints.shown.photos import WORDS, PhotoState
from qcportal.blueprints.shown.upload_health import PhoneRow
from qcportal.devices import Device
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.uploads import StuckPhone

REASONS = {
    "no_signal": lazy_gettext("No signal"),
    "slow": lazy_gettext("Slow network"),
    "battery": lazy_gettext("Battery low"),
    "storage": lazy_gettext("Storage almost full"),
    "app_data_cleared": lazy_gettext("App data cleared on the phone"),
}
MEGABYTE = 1_000_000
LOW_BATTERY, LOW_STORAGE_MB = 15, 200
UNSEEN = timedelta(hours=24)
CLOCK_OFF_S = 5


def row(phone: StuckPhone) -> PhoneRow:
    """Give one line of the list."""
    device, photos = phone.device, phone.late + phone.missing
    badge = WORDS[PhotoState.MISSING if phone.missing else PhotoState.LATE]
    size = f" · {file_size(phone.size)}" if phone.size else ""
    person = device.executive if device else None
    return PhoneRow(
        label=device.label if device else _("Not known"),
        person=person.name if person else "",
        href=url_for("admin.upload_person", id=person.id) if person else "",
        badge=badge.saying(_("Missing") if phone.missing else _("Late")),
        waiting=ngettext("%(num)s photo", "%(num)s photos", photos) + size,
        oldest_at=phone.oldest,
        why=why(device) if device else _("Nobody said which phone took them"),
        seen_at=device.seen_at if device else None,
        storage=storage(device) if device else "",
        clock=clock_words(device) if device else "",
    )


def why(device: Device) -> str:
    """Say why photos wait, as the phone reported last, with what makes it likely."""
    said = REASONS.get(device.waiting_reason or "", "")
    battery, free = device.battery_percent, device.storage_free_mb
    parts = [said] if said else []
    if battery is not None and battery <= LOW_BATTERY:
        parts.append(_("battery %(n)s%%", n=battery))
    if free is not None and free < LOW_STORAGE_MB and device.waiting_reason != "storage":
        parts.append(_("%(size)s of storage left", size=file_size(free * MEGABYTE)))
    if device.seen_at is None or clock.now() - device.seen_at > UNSEEN:
        parts.append(_("phone not seen since") if parts else _("Phone not seen"))
    if device.revoked_at is not None:
        parts.append(_("revoked"))
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] if text else _("The phone gave no reason")


def storage(device: Device) -> str:
    """Say how much storage is free."""
    free = device.storage_free_mb
    return "" if free is None else _("%(size)s free", size=file_size(free * MEGABYTE))


def clock_words(device: Device) -> str:
    """Say how far the phone's clock is off, nothing while it is near enough."""
    off = device.clock_offset_ms
    if off is None:
        return ""
    seconds = round(off / 1000)
    if abs(seconds) < CLOCK_OFF_S:
        return _("exact")
    span = duration(abs(seconds))
    return _("%(span)s ahead", span=span) if seconds > 0 else _("%(span)s behind", span=span)


def state(device: Device) -> Badge:
    """Give whether a phone is in use."""
    if device.revoked_at is not None:
        return Badge("", "circle-slash", _("Revoked"))
    return Badge("", "smartphone", _("In use"))
