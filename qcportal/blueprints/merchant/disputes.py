"""A merchant's disputes: the list, one of them with its thread, and what can be done to it."""

import uuid
from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import disputes, errors
from qcportal.blueprints.access import DISPUTE, VIEW, permission, person
from qcportal.blueprints.merchant import blueprint
from qcportal.blueprints.merchant.asking import asker
from qcportal.blueprints.showing import dispute_page, disputes_list
from qcportal.blueprints.typed import check_texts
from qcportal.db import db
from qcportal.disputes import Action, State
from qcportal.language import gettext as _


@blueprint.get("/disputes", endpoint="disputes")
@permission(VIEW)
def list_disputes() -> str | Response:
    """Show the disputes; an exact number opens its dispute."""
    disputes_list.settle_due()
    exact = disputes_list.find_exact(request.args.get("q", ""))
    if exact is not None:
        return redirect(url_for("merchant.dispute", id=exact), 303)
    page = disputes_list.build(request.args, asker(), by=person())
    return render_template("merchant/disputes.html", page=page)


@blueprint.get("/disputes/<uuid:id>")
@permission(VIEW)
def dispute(id: uuid.UUID) -> str | Response:
    """Show one dispute; a draft is gone on with by who may."""
    disputes_list.settle_due(id)
    page = dispute_page.build(disputes.get_full(id, by=person()), asker())
    if Action.SAVE in page.actions:
        return redirect(url_for("merchant.dispute_draft", id=id), 303)
    return render_template("merchant/dispute.html", page=page)


@blueprint.get("/disputes/<uuid:id>/live")
@permission(VIEW)
def dispute_live(id: uuid.UUID) -> Response:
    """Tell what changed since a version; 204 when nothing did."""
    disputes_list.settle_due(id)
    return dispute_page.answer(id, request.args, asker(), by=person())


@blueprint.get("/disputes/<uuid:id>/receipt")
@permission(VIEW)
def dispute_receipt(id: uuid.UUID) -> str:
    """Show what was sent, with its number and when an answer comes; made to be printed."""
    full = disputes.get_full(id, by=person())
    if full.case.number is None:
        raise errors.NotFound(_("A draft has no receipt."))
    page = dispute_page.build(full, asker())
    return render_template("merchant/dispute_receipt.html", page=page)


@blueprint.post("/disputes/<uuid:id>/answer")
@permission(DISPUTE)
def answer_question(id: uuid.UUID) -> Response | tuple[str, int]:
    """Answer the carrier's question; its clock goes on."""
    said = _("Answered. The carrier’s clock goes on.")
    return _done(id, lambda: disputes.answer(id, _text(), by=person()), said)


@blueprint.post("/disputes/<uuid:id>/words")
@permission(DISPUTE)
def add_words(id: uuid.UUID) -> Response | tuple[str, int]:
    """Add words without being asked."""
    return _done(id, lambda: disputes.add_words(id, _text(), by=person()), _("Added."))


@blueprint.post("/disputes/<uuid:id>/withdraw")
@permission(DISPUTE)
def withdraw_dispute(id: uuid.UUID) -> Response | tuple[str, int]:
    """Take a dispute back, or throw a draft away."""
    step = disputes.withdraw
    if disputes.get_case(id, by=person()).state is State.DRAFT:
        step = disputes.discard
    return _done(id, lambda: step(id, by=person()), _("Withdrawn."))


@blueprint.post("/disputes/<uuid:id>/appeal")
@permission(DISPUTE)
def appeal_decision(id: uuid.UUID) -> Response | tuple[str, int]:
    """Appeal, once: somebody else decides, and that is final."""
    said = _("Your appeal was sent. Somebody else decides on it.")
    return _done(id, lambda: disputes.appeal(id, _text(), by=person()), said)


def _text() -> str:
    check_texts(dict(request.form))
    return request.form.get("text", "").replace("\r\n", "\n")


def _done(
    dispute_id: uuid.UUID, step: Callable[[], object], said: str
) -> Response | tuple[str, int]:
    """Do one step and lead back; what is refused is shown beside what was typed."""
    try:
        step()
    except (errors.Invalid, errors.Conflict) as refused:
        db.session.expunge_all()
        db.session.rollback()
        return _refused(dispute_id, refused)
    db.session.commit()
    flash(said)
    return redirect(url_for("merchant.dispute", id=dispute_id), 303)


def _refused(dispute_id: uuid.UUID, refused: errors.PortalError) -> tuple[str, int]:
    full = disputes.get_full(dispute_id, by=person())
    words = dispute_page.why_not(refused, full)
    page = dispute_page.build(full, asker(), error=words, typed=request.form.get("text", ""))
    return render_template("merchant/dispute.html", page=page), refused.status
