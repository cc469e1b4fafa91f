"""What an admin does with a dispute: decide, agree, ask, sort, assign, skip, take back."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for

from qcportal import disputes, errors
from qcportal.blueprints.access import ASSIGN, JUDGE, permission, person
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.admin.dispute_forms import faults_of, read_verdict, typed
from qcportal.blueprints.admin.disputes import desk, settle, to_next
from qcportal.blueprints.showing.dispute_queue import read_filters
from qcportal.blueprints.typed import check_texts
from qcportal.db import db
from qcportal.disputes import Action, CaseInFull, State
from qcportal.language import gettext as _
from qcportal.language import ngettext

MOST_AT_ONCE = 50


@blueprint.post("/disputes/<uuid:id>/decide")
@permission(JUDGE)
def decide_dispute(id: uuid.UUID) -> Any:
    """Uphold, decline, or decide item by item; the next one opens by itself."""
    full, by = _load(id), person()
    return _step(
        full,
        lambda: disputes.decide(
            id, read_verdict(request.form, full.case, full.items), by=by, seen=_seen()
        ),
    )


@blueprint.post("/disputes/<uuid:id>/agree")
@permission(JUDGE)
def agree_with_decision(id: uuid.UUID) -> Any:
    """Agree as the second person with a decision above the value limit."""
    full, by = _load(id), person()
    return _step(full, lambda: disputes.agree(id, by=by, seen=_seen()))


@blueprint.post("/disputes/<uuid:id>/disagree")
@permission(JUDGE)
def disagree_with_decision(id: uuid.UUID) -> Any:
    """Send somebody else's decision back into review, saying why."""
    full, by = _load(id), person()
    text = request.form.get("objection", "")
    return _step(full, lambda: disputes.disagree(id, text, by=by, seen=_seen()), "objection")


@blueprint.post("/disputes/<uuid:id>/ask")
@permission(JUDGE)
def ask_merchant(id: uuid.UUID) -> Any:
    """Ask the merchant; the clock stands still until the answer."""
    full, by = _load(id), person()
    text = request.form.get("question", "")
    return _step(full, lambda: disputes.ask(id, text, by=by, seen=_seen()), "question")


@blueprint.post("/disputes/<uuid:id>/skip")
@permission(JUDGE)
def skip_dispute(id: uuid.UUID) -> Any:
    """Leave a dispute to others and open the one after it."""
    full, by = _load(id), person()
    if Action.RELEASE in full.case.actions:
        disputes.release(id, by=by)
        db.session.commit()
    return to_next(full.case)


@blueprint.post("/disputes/<uuid:id>/recategorise")
@permission(JUDGE)
def recategorise_dispute(id: uuid.UUID) -> Any:
    """Sort a dispute otherwise, and stay with it."""
    full, by = _load(id), person()
    category = request.form.get("category", "")
    return _stay(full, lambda: disputes.recategorise(id, category, by=by, seen=_seen()))


@blueprint.post("/disputes/<uuid:id>/assign")
@permission(ASSIGN)
def assign_dispute(id: uuid.UUID) -> Any:
    """Make a dispute one person's own, or nobody's, and stay with it."""
    full, by = _load(id), person()
    wanted = request.form.get("person", "")
    return _stay(full, lambda: disputes.assign(id, _id_of(wanted), by=by, seen=_seen()))


@blueprint.post("/disputes/undo")
@permission(JUDGE)
def undo_disputes() -> Any:
    """Take back decisions of one's own within their ten seconds, one or several."""
    wanted = [_id_of(each) for each in request.form.getlist("dispute_id")[:MOST_AT_ONCE]]
    undone, by = [], person()
    for each in filter(None, wanted):
        try:
            with db.session.begin_nested():
                undone.append(disputes.undo(each, by=by))
        except (errors.Conflict, errors.Forbidden) as refused:
            flash(refused.detail, "error")
    db.session.commit()
    filters = read_filters(request.args)
    if undone:
        flash(
            ngettext(
                "%(num)s decision was taken back.",
                "%(num)s decisions were taken back.",
                len(undone),
            )
        )
    if len(undone) == 1:
        return redirect(url_for("admin.dispute", id=undone[0].id, **filters.args()), 303)
    return redirect(url_for("admin.disputes", **filters.args()), 303)


def _load(dispute_id: uuid.UUID) -> CaseInFull:
    check_texts(dict(request.form))
    settle()
    return disputes.get_full(dispute_id, by=person())


def _seen() -> int | None:
    return request.form.get("seen", type=int)


def _id_of(text: str) -> uuid.UUID | None:
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise errors.Invalid(_("Choose one of the people in the list.")) from error


def _step(full: CaseInFull, change: Callable[[], Any], field: str = "") -> Any:
    """Make a step that ends the work on a dispute, and open the next one."""
    try:
        moved = change()
    except (errors.Invalid, errors.Conflict) as refused:
        return _again(full, refused, field), refused.status
    db.session.commit()
    if moved.state == State.SECOND_LOOK.value:
        number = full.case.number
        flash(_("%(number)s is decided; somebody else has to agree first.", number=number))
    if moved.state == State.INFO_REQUESTED.value:
        flash(
            _("%(number)s: the merchant is asked, and its clock stands.", number=full.case.number)
        )
    return to_next(full.case)


def _stay(full: CaseInFull, change: Callable[[], Any]) -> Any:
    """Make a step after which the same dispute stays open."""
    try:
        change()
    except (errors.Invalid, errors.Conflict) as refused:
        return _again(full, refused, ""), refused.status
    db.session.commit()
    args: dict[str, Any] = {"id": full.case.id, **read_filters(request.args).args()}
    return redirect(url_for("admin.dispute", **args), 303)


def _again(full: CaseInFull, refused: errors.PortalError, field: str) -> str:
    """Show the dispute as it is now, with what was typed and what is wrong or was faster."""
    db.session.expunge_all()
    db.session.rollback()
    if not isinstance(refused, errors.Invalid):
        flash(refused.detail, "error")
        return desk(full.case.id, typed(request.form))
    faults = faults_of(refused, full.items)
    if field:
        faults = {field: _("Use 10 to 1000 characters; they are read by others.")}
    return desk(full.case.id, typed(request.form, faults))
