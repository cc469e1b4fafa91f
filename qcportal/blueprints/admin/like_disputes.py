"""Deciding disputes that are alike in one go: a choice first, and then a second, explicit step."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from qcportal import disputes, errors
from qcportal.blueprints.access import JUDGE, permission, person
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.admin.dispute_forms import faults_of, read_verdict, typed
from qcportal.blueprints.admin.disputes import settle
from qcportal.blueprints.showing import dispute_like
from qcportal.blueprints.showing.dispute_queue import read_filters
from qcportal.blueprints.shown.judging import Typed
from qcportal.blueprints.typed import check_texts
from qcportal.db import db
from qcportal.disputes import Action, Case, Decided, Ticked, Verdict
from qcportal.language import gettext as _
from qcportal.language import ngettext

WHOLE = ("approved", "rejected")


@blueprint.get("/disputes/<uuid:id>/like", endpoint="disputes_like")
@permission(JUDGE)
def show_like(id: uuid.UUID) -> str:
    """Show the disputes that can be decided together with this one; none is ticked."""
    settle()
    return _page(id, Typed(), ())


@blueprint.post("/disputes/<uuid:id>/like")
@permission(JUDGE)
def decide_like(id: uuid.UUID) -> Any:
    """Show what would be decided, and with `sure` decide it: each for itself."""
    check_texts(dict(request.form))
    settle()
    case, by = disputes.get_case(id, by=person()), person()
    others = _ticked()
    verdict = read_verdict(request.form, case, ())
    if fault := _fault(case, others, verdict):
        return _page(id, typed(request.form, fault), others), 400
    if request.form.get("sure") != "1":
        return _page(id, typed(request.form), others, sure=verdict)
    first = Ticked(id, request.form.get("seen", type=int))
    try:
        told = disputes.decide_like(first, others, verdict, by=by)
    except errors.Invalid as refused:
        db.session.rollback()
        return _page(id, typed(request.form, faults_of(refused)), others), refused.status
    db.session.commit()
    _tell(told)
    return redirect(url_for("admin.disputes", **read_filters(request.args).args(after="")), 303)


def _page(
    dispute_id: uuid.UUID,
    kept: Typed,
    others: Sequence[Ticked],
    *,
    sure: Verdict | None = None,
) -> str:
    case = disputes.get_case(dispute_id, by=person())
    if Action.DECIDE not in case.actions and Action.CLAIM not in case.actions:
        raise errors.Conflict(_("This dispute cannot be decided now. Open it to see why."))
    like = disputes.find_like(dispute_id, by=person())
    chosen = {each.dispute_id for each in others}
    page = dispute_like.build(case, like, chosen, kept, read_filters(request.args), sure=sure)
    return render_template("admin/disputes_like.html", page=page)


def _ticked() -> list[Ticked]:
    """Read the ticked ones: the id with the version that was shown."""
    found = []
    for value in request.form.getlist("dispute"):
        text, _sign, version = value.partition(".")
        try:
            found.append(Ticked(uuid.UUID(text), int(version)))
        except ValueError as error:
            raise errors.Invalid(_("Tick disputes of the list.")) from error
    return found


def _fault(case: Case, others: Sequence[Ticked], verdict: Verdict) -> dict[str, str]:
    if verdict.outcome not in WHOLE:
        return {"outcome": _("Choose to uphold or to decline.")}
    if not others:
        return {"dispute": _("Tick at least one other dispute.")}
    if verdict.reason not in disputes.REASONS:
        return {"reason": _("Choose a reason; the merchant reads it.")}
    if not 10 <= len(verdict.text.strip()) <= 1000:
        return {"text": _("Say why in 10 to 1000 characters; the merchant reads it.")}
    return {}


def _tell(told: Sequence[Decided]) -> None:
    """Say how many were decided, and of each that was not, why."""
    done = [each for each in told if not each.refusal]
    if done:
        flash(ngettext("%(num)s dispute decided.", "%(num)s disputes decided.", len(done)))
    for each in told:
        if each.refusal:
            case = disputes.get_case(each.dispute_id, by=person())
            flash(f"{case.number}: {each.refusal}", "error")
