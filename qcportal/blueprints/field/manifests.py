"""Shift manifests: the phone says what it captured, and is told what of it is here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Response
from pydantic import ValidationError

from qcportal import clock, devices, errors, manifests
from qcportal.blueprints import typed
from qcportal.blueprints.access import DEVICE, current_phone, permission, settings
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.field import blueprint
from qcportal.blueprints.field.answers import ManifestAnswer
from qcportal.blueprints.field.payloads import LineBody, ManifestBody
from qcportal.db import db
from qcportal.devices import RunSheet
from qcportal.errors import Fault
from qcportal.manifests import LineState, Manifest, Said, Standing, Waits

SHOWN = (
    "captured", "verified", "stored", "conflict", "refused", "discarded", "on_the_way", "late",
    "lost", "after_closing",
)  # fmt: skip
Read = Said | tuple[Fault, ...]


@blueprint.post(
    "/manifests",
    summary="Say what was captured on a shift",
    description=(
        "Any number of times and in any order, whole or in parts; `final` says that this was all. "
        "A line that cannot be read is answered `unreadable` with its faults, and all others are "
        "kept; so is a line for a photo that is not on your run sheets."
    ),
    responses={200: ManifestAnswer, **PROBLEMS},
)
@permission(DEVICE)
@typed.carries(r"/lines/\d+(/.*)?")  # one line must never cost the others
def tell_manifest(body: ManifestBody) -> Response:
    """What it names and is not here after a while is counted as lost: nothing else can tell."""
    device, at = current_phone(), clock.now()
    sheet = devices.get_run_sheet(body.run_sheet_id)
    if sheet.executive_id != device.executive_id:
        raise errors.NotFound("This is not your run sheet.")
    read = [_read(each, f"/lines/{place}") for place, each in enumerate(body.lines)]
    said = [each for each in read if isinstance(each, Said)]
    unreadable = len(read) - len(said)
    manifest = Manifest(sheet, device, said, body.phone_time or at, body.final, unreadable)
    manifests.tell(manifest)
    db.session.commit()
    return reply(_answer(sheet, read, said, at))


def _read(line: LineBody | Any, path: str) -> Read:
    """Read one line, or give what is wrong with it."""
    try:
        typed.check_texts(line.model_dump() if isinstance(line, LineBody) else line)
        return LineBody.model_validate(line).said()
    except errors.Invalid as refused:
        return tuple(Fault(path + each.path, each.code, each.message) for each in refused.faults)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return tuple(
            Fault(path + _pointer(each["loc"]), each["type"], each["msg"]) for each in found
        )


def _pointer(place: Sequence[str | int]) -> str:
    return "".join(f"/{part}" for part in place)


def _answer(
    sheet: RunSheet, read: Sequence[Read], said: Sequence[Said], at: datetime
) -> dict[str, Any]:
    waits = Waits(at, settings().late_after, settings().missing_after)
    ids = {each.photo_id for each in said}
    found = manifests.find_standing(sheet.executive_id, ids, waits)
    standing = {(each.photo_id, each.sha256): each for each in found}
    count = manifests.count_shift(sheet, waits)
    shift = {
        "run_sheet_id": sheet.id,
        "day": sheet.day.isoformat(),
        "closed_at": manifests.find_closing(sheet),
        **{name: getattr(count, name) for name in SHOWN},
        "all_safe": count.safe,
    }
    lines = [_line(each, standing) for each in read]
    return {"server_time": at, "lines": lines, "shift": shift}


def _line(read: Read, standing: Mapping[Any, Standing]) -> dict[str, Any]:
    if not isinstance(read, Said):
        faults = [{"path": each.path, "code": each.code, "message": each.message} for each in read]
        return _line_of(None, None, "unreadable", faults)
    state = _state_of(standing[read.photo_id, read.sha256])
    return _line_of(read.photo_id, read.sha256, state, [])


def _line_of(photo_id: Any, sha256: str | None, state: str, faults: list[Any]) -> dict[str, Any]:
    may_delete = state == LineState.VERIFIED
    told = {"photo_id": photo_id, "sha256": sha256, "state": state}
    return told | {"may_delete": may_delete, "faults": faults}


def _state_of(line: Standing) -> str:
    """Give the state in the words of the upload status; whose photo it is is told to nobody."""
    if not line.on_sheet:
        return "not_on_sheet"
    if line.state not in manifests.NOT_HERE:
        return line.state.value
    if line.other_held:
        return LineState.CONFLICT.value
    return LineState.REFUSED.value if line.came_unfit else "announced"
