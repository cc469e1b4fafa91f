"""Raising a dispute: from a return, a check or a photo; a draft, its change, and sending it."""

import uuid
from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import disputes, errors
from qcportal.blueprints import claim_start, claim_typing
from qcportal.blueprints.access import DISPUTE, permission, person
from qcportal.blueprints.claim_typing import TypedClaim
from qcportal.blueprints.merchant import blueprint
from qcportal.blueprints.merchant.asking import asker
from qcportal.blueprints.showing import dispute_form, dispute_page, held
from qcportal.blueprints.shown.dispute_form import ClaimForm
from qcportal.blueprints.typed import check_texts
from qcportal.db import db
from qcportal.disputes import Action, CaseInFull, NewDispute
from qcportal.errors import Fault
from qcportal.language import gettext as _


@blueprint.get("/returns/<uuid:id>/dispute/new")
@permission(DISPUTE)
def new_dispute(id: uuid.UUID) -> Response | str:
    """Show the form: a part for the drawer, a page for browsers without scripts."""
    said = _eligible(id)
    if said.code == "draft":
        return redirect(url_for("merchant.dispute_draft", id=said.dispute_id), 303)
    loaded = held.load(id)
    typed = claim_start.first_typed(loaded, request.args) if said.allowed else TypedClaim()
    return _shown(dispute_form.blank(loaded, typed, said, asker()))


@blueprint.post("/returns/<uuid:id>/dispute")
@permission(DISPUTE)
def create_dispute(id: uuid.UUID) -> Response | tuple[str, int]:
    """Begin a dispute with what stands in the form, and send it where that was asked."""
    typed = _typed()
    new, faults = claim_typing.claim_of(typed, id)
    try:
        _refuse(faults)
        begun = disputes.draft(new, by=person()).id
        if _sends():
            disputes.send(begun, by=person())
    except (errors.Invalid, errors.Conflict) as refused:
        _undo()
        said = _eligible(id)
        told = _every_fault(refused, faults, new)
        form = dispute_form.blank(held.load(id), typed, said, asker(), faults=told)
        return _shown(form), refused.status
    db.session.commit()
    return _gone(begun)


@blueprint.get("/disputes/<uuid:id>/draft")
@permission(DISPUTE)
def dispute_draft(id: uuid.UUID) -> Response | str:
    """Show a draft to go on with; what was sent already has its own page."""
    full = disputes.get_full(id, by=person())
    if Action.SAVE not in full.case.actions:
        return redirect(url_for("merchant.dispute", id=id), 303)
    return _shown(_draft_form(full, claim_start.typed_of(full), ()))


@blueprint.post("/disputes/<uuid:id>/draft")
@permission(DISPUTE)
def save_dispute(id: uuid.UUID) -> Response | tuple[str, int]:
    """Keep, send or throw away a draft; what somebody changed meanwhile is not written over."""
    full = disputes.get_full(id, by=person())
    if request.form.get("action") == "discard":
        disputes.discard(id, by=person())
        db.session.commit()
        flash(_("The draft was thrown away."))
        return _leave(url_for("merchant.return_detail", id=full.case.return_id))
    typed = _typed()
    new, faults = claim_typing.claim_of(typed, full.case.return_id)
    try:
        _refuse(faults)
        disputes.save(id, new, by=person(), seen=request.form.get("seen", type=int))
        if _sends():
            disputes.send(id, by=person())
        if dropped := _dropped():
            disputes.drop_file(id, dropped, by=person())
    except (errors.Invalid, errors.Conflict) as refused:
        _undo()
        return _refused(id, typed, refused, faults, new)
    db.session.commit()
    return _gone(id)


def _refused(
    dispute_id: uuid.UUID, typed: TypedClaim, refused: errors.PortalError,
    faults: Sequence[Fault], new: NewDispute,
) -> tuple[str, int]:  # fmt: skip
    """Show what was typed over the draft as it is now, with everything that is wrong."""
    full = disputes.get_full(dispute_id, by=person())
    if Action.SAVE not in full.case.actions:
        raise refused
    if isinstance(refused, errors.Conflict):
        flash(_("Somebody changed this draft meanwhile. Look again, then save or send."), "error")
    files = sum(1 for each in full.evidence if each.own)
    told = _every_fault(refused, faults, new, files)
    return _shown(_draft_form(full, typed, told)), refused.status


def _every_fault(
    refused: errors.PortalError, typing: Sequence[Fault], new: NewDispute, files: int = 0
) -> Sequence[Fault]:
    """Give what cannot be read and what the claim itself lacks, so that neither hides the other."""
    if not isinstance(refused, errors.Invalid):
        return refused.faults
    found = [*typing, *disputes.find_faults(new, sends=_sends(), files=files)]
    return found or refused.faults


def _draft_form(full: CaseInFull, typed: TypedClaim, faults: Sequence[Fault]) -> ClaimForm:
    loaded = held.load(full.case.return_id)
    return dispute_form.of_draft(loaded, full, typed, asker(), faults=faults)


def _eligible(return_id: uuid.UUID) -> disputes.Eligibility:
    said = disputes.find_eligible([return_id]).get(return_id)
    if said is None:
        raise errors.NotFound()
    return said


def _typed() -> TypedClaim:
    check_texts(request.form.to_dict(flat=False))
    return claim_typing.read(request.form)


def _sends() -> bool:
    return request.form.get("action") == "send"


def _dropped() -> uuid.UUID | None:
    """Give the file whose button was pressed: it is taken out as the rest is saved."""
    action = request.form.get("action", "")
    if not action.startswith("drop-"):
        return None
    try:
        return uuid.UUID(action.removeprefix("drop-"))
    except ValueError:
        raise errors.NotFound() from None


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise errors.Invalid(faults=faults)


def _undo() -> None:
    db.session.expunge_all()
    db.session.rollback()


def _shown(form: ClaimForm) -> str:
    part = "_" if "HX-Request" in request.headers else ""
    types = dispute_page.type_options()
    return render_template(f"merchant/{part}dispute_form.html", form=form, types=types)


def _gone(dispute_id: uuid.UUID) -> Response:
    """Lead on: to the receipt, to the files, or to the draft."""
    if _sends():
        return _leave(url_for("merchant.dispute_receipt", id=dispute_id))
    if request.form.get("action") == "files":
        return _leave(url_for("merchant.dispute_draft", id=dispute_id, _anchor="own-files"))
    if _dropped():
        flash(_("The file was taken out of this dispute."))
        return _leave(url_for("merchant.dispute_draft", id=dispute_id, _anchor="own-files"))
    flash(_("Saved as a draft. Nobody at the carrier sees it before you send it."))
    return _leave(url_for("merchant.dispute_draft", id=dispute_id))


def _leave(target: str) -> Response:
    """Send the browser on; a drawer is told by a header, so that the page around it goes."""
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target, 303)
