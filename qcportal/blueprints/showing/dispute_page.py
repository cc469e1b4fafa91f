"""One dispute as the merchant's page, and its live fill-in."""

import re
import uuid
from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response

from qcportal import disputes, errors
from qcportal.blueprints.dispute_files import types_taken
from qcportal.blueprints.showing.dispute_case import build as build_case
from qcportal.blueprints.showing.dispute_events import events
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.dispute_page import DisputePage, DisputeUpdate, FilePage
from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.return_page import Live
from qcportal.disputes import Action, Case, CaseInFull, Person, State
from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.photos import Photo

SOON, CALM = 5, 30
QUIET = (State.DRAFT, State.FINAL, State.CLOSED, State.WITHDRAWN)
MARK = re.compile(r"(\d{1,9})\.(\d{1,4})\.(\d{1,4})\.([a-z]*)")


def build(full: CaseInFull, asker: Asker, *, error: str = "", typed: str = "") -> DisputePage:
    """Build the page of one dispute."""
    case = build_case(full, asker)
    return DisputePage(
        case=case,
        actions=full.case.actions,
        events=events(full.history),
        live=_live(full, case.on_the_way),
        error=error,
        typed=typed,
        types=type_options(),
        tz=asker.zone,
    )


def type_options() -> tuple[Option, ...]:
    """Give the types of files that can be added."""
    return tuple(Option(each, ending.upper()) for each, ending in types_taken().items())


def answer(dispute_id: uuid.UUID, args: Any, asker: Asker, *, by: Person) -> Response:
    """Answer a poll: 204 when nothing changed, else the parts of the page that did.

    A form in which somebody may be typing is never replaced: a note tells that it is another one.
    """
    found = MARK.fullmatch(args.get("seen", ""))
    if found is None:
        fault = Fault("/seen", "bad_seen", _("Use the address that the page polls."))
        raise errors.Invalid(faults=[fault])
    if disputes.get_pulse(dispute_id) == tuple(int(each) for each in found.groups()[:3]):
        return Response(status=204)
    full = disputes.get_full(dispute_id, by=by)
    update = DisputeUpdate(build(full, asker), changed=_buttons(full.case) != found[4])
    body = render_template("merchant/_dispute_live.html", update=update)
    return Response(body, mimetype="text/html")


def why_not(refused: errors.PortalError, full: CaseInFull) -> str:
    """Say why a step was refused, in the words of the page."""
    if isinstance(refused, errors.Invalid):
        codes = {fault.path: fault.code for fault in refused.faults}
        if "/text" in codes and Action.APPEAL in full.case.actions:
            return _("Say in 20 to 1000 characters why it should be decided otherwise.")
        return _("Write 1 to 1000 characters.")
    return _("This is not possible any more. The page shows how the dispute stands now.")


def file_page(case: Case, photo: Photo, form: dict[str, Any], asker: Asker) -> FilePage:
    """Build the page that sends one file."""
    draft = case.state is State.DRAFT
    back = url_for("merchant.dispute_draft" if draft else "merchant.dispute", id=case.id)
    return FilePage(
        name=photo.title,
        number=case.number or "",
        product=case.title,
        back=back,
        url=form["url"],
        fields=form["fields"],
        accept=photo.content_type,
        largest=photo.max_bytes,
    )


def _live(full: CaseInFull, on_the_way: int) -> Live:
    if full.case.state in QUIET and not on_the_way:
        return Live()
    here = [each.photo for each in full.evidence if each.photo]
    stored = sum(1 for photo in here if photo.stored_at)
    looked = sum(1 for photo in here if photo.pictured_at)
    seen = f"{full.case.version}.{stored}.{looked}.{_buttons(full.case)}"
    url = url_for("merchant.dispute_live", id=full.case.id, seen=seen)
    return Live(url, SOON if on_the_way else CALM)


def _buttons(case: Case) -> str:
    """Write what can be done, so that a page knows when its forms are others."""
    return "".join(sorted(action.value[:2] for action in case.actions))
