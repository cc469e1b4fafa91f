"""Cursors: a place in a list as an opaque, URL-safe text."""

import base64
import uuid
from datetime import UTC, datetime, timedelta

from qcportal import errors
from qcportal.blueprints.typed import decode_base64
from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.returns import Place, Return

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def write_cursor(rvp: Return) -> str:
    """Give the cursor that stands at this return."""
    return write_place(rvp.activity_at, rvp.id)


def write_place(moment: datetime, row_id: uuid.UUID) -> str:
    """Give the cursor that stands at the row with this moment and id."""
    micros = (moment - EPOCH) // timedelta(microseconds=1)
    raw = micros.to_bytes(8, "big") + row_id.bytes
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_cursor(text: str | None, *, backwards: bool = False) -> Place | None:
    """Read a cursor; raises Invalid for what we did not write."""
    if not text:
        return None
    try:
        raw = decode_base64(text)
        moment = EPOCH + timedelta(microseconds=int.from_bytes(raw[:8], "big"))
        return Place(moment, uuid.UUID(bytes=raw[8:]), backwards)
    except (ValueError, OverflowError) as error:
        fault = Fault("/cursor", "bad_cursor", _("Use a cursor from the page before."))
        raise errors.Invalid(faults=[fault]) from error
