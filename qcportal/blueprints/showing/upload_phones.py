"""Phones with late or missing photos, and why, as far as the phone said."""

from datetime import timedelta

from flask import url_for

from qcportal import clock
from qcportal.blueprints.jinja import duration, file_size, plural
from qcportal.blueprints.shown.frame import Badge
from qcportal.blueprints.shown.photos import WORDS, PhotoState
from qcportal.blueprints.shown.upload_health import PhoneRow
from qcportal.devices import Device
from qcportal.uploads import StuckPhone

REASONS = {
    "no_signal": "No signal",
    "slow": "Slow network",
    "battery": "Battery low",
    "storage": "Storage almost full",
    "app_data_cleared": "App data cleared on the phone",
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
        label=device.label if device else "Not known",
        person=person.name if person else "",
        href=url_for("admin.upload_person", id=person.id) if person else "",
        badge=badge.saying("Missing" if phone.missing else "Late"),
        waiting=plural(photos, "photo") + size,
        oldest_at=phone.oldest,
        why=why(device) if device else "Nobody said which phone took them",
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
        parts.append(f"battery {battery}%")
    if free is not None and free < LOW_STORAGE_MB and device.waiting_reason != "storage":
        parts.append(f"{file_size(free * MEGABYTE)} of storage left")
    if device.seen_at is None or clock.now() - device.seen_at > UNSEEN:
        parts.append("phone not seen since" if parts else "Phone not seen")
    if device.revoked_at is not None:
        parts.append("revoked")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] if text else "The phone gave no reason"


def storage(device: Device) -> str:
    """Say how much storage is free."""
    free = device.storage_free_mb
    return "" if free is None else f"{file_size(free * MEGABYTE)} free"


def clock_words(device: Device) -> str:
    """Say how far the phone's clock is off, nothing while it is near enough."""
    off = device.clock_offset_ms
    if off is None:
        return ""
    seconds = round(off / 1000)
    if abs(seconds) < CLOCK_OFF_S:
        return "exact"
    return f"{duration(abs(seconds))} {'ahead' if seconds > 0 else 'behind'}"


def state(device: Device) -> Badge:
    """Give whether a phone is in use."""
    if device.revoked_at is not None:
        return Badge("", "circle-slash", "Revoked")
    return Badge("", "smartphone", "In use")
