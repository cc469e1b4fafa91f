"""One photo's whole life, for admins."""

from dataclasses import dataclass

from qcportal.blueprints.shown.frame import Badge, Fact, Link, Note
from qcportal.blueprints.shown.integrity import Integrity
from qcportal.blueprints.shown.photos import PhotoView
from qcportal.blueprints.shown.return_page import Event


@dataclass(frozen=True)
class PhotoLifePage:
    """`admin/photo_life.html`; `events` newest first, `faults` are promises that do not hold.

    `notes` tell what was found about the photo beside others.
    """

    photo: PhotoView
    badge: Badge
    awb: str
    merchant: str
    back: Link
    integrity: Integrity
    facts: tuple[Fact, ...]
    events: tuple[Event, ...]
    faults: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    tz: str = "Asia/Kolkata"
