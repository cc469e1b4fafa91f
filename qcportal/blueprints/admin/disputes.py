"""The carrier's queue of disputes, and one of them opened to be decided."""

import uuid
from datetime import timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import clock, disputes, errors
from qcportal.blueprints.access import ADMIN_VIEW, permission, person, write_apart
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.admin.returns import ASKER
from qcportal.blueprints.showing import dispute_desk, dispute_queue
from qcportal.blueprints.showing.dispute_queue import place_of, read_filters, wanted_of
from qcportal.blueprints.shown.judging import Typed
from qcportal.disputes import Action, Case, Person

RENEWED_UNDER = timedelta(minutes=5)


@blueprint.get("/disputes", endpoint="disputes")
@permission(ADMIN_VIEW)
def list_disputes() -> str:
    """Show the queue by the time that is left."""
    settle()
    page = dispute_desk.queue_alone(read_filters(request.args), ASKER, by=person())
    return render_template("admin/disputes.html", page=page)


@blueprint.get("/disputes/live")
@permission(ADMIN_VIEW)
def disputes_live() -> str:
    """Give the queue anew for a desk that is open; looking claims nothing."""
    settle()
    opened = request.args.get("open", type=uuid.UUID)
    current = disputes.get_case(opened, by=person()) if opened else None
    queue = dispute_queue.build(read_filters(request.args), current, by=person())
    return render_template("admin/_disputes_live.html", queue=queue)


@blueprint.get("/disputes/<uuid:id>", endpoint="dispute")
@permission(ADMIN_VIEW)
def show_dispute(id: uuid.UUID) -> str:
    """Open one dispute; for who may decide it, it is theirs alone for ten minutes."""
    settle()
    _take_up(disputes.get_case(id, by=person()), by=person())
    return desk(id)


def desk(dispute_id: uuid.UUID, typed: Typed | None = None) -> str:
    """Show the queue with one dispute as it is now, and what was typed in vain."""
    by, asked = person(), request.args.get("photo", 1, type=int)
    full = disputes.get_full(dispute_id, by=by)
    filters = read_filters(request.args)
    page = dispute_desk.build(full, filters, ASKER, by=by, asked=asked, typed=typed)
    return render_template("admin/disputes.html", page=page)


def settle() -> None:
    """Let what is due have its effect first: nobody waits for a worker."""
    if disputes.is_any_due():
        write_apart(disputes.settle_due)


def to_next(case: Case) -> Response:
    """Go on to the dispute that follows a place in the queue, or to the queue when none does."""
    filters = read_filters(request.args)
    after = place_of(case)
    found = disputes.find_next(wanted_of(filters), by=person(), after=after)
    if found is None or found == case.id:
        return redirect(url_for("admin.disputes", **filters.args(after="")), 303)
    args: dict[str, Any] = {"id": found, **filters.args()}
    return redirect(url_for("admin.dispute", **args), 303)


def _take_up(case: Case, *, by: Person) -> None:
    """Claim a dispute by opening it; a browser that only fetches ahead opens nothing."""
    if Action.CLAIM not in case.actions or request.headers.get("Sec-Purpose"):
        return
    until = case.claimed_until if case.claimed_by == by.id else None
    if until is not None and until - clock.now() > RENEWED_UNDER:
        return
    write_apart(lambda: _claim(case.id, by))


def _claim(dispute_id: uuid.UUID, by: Person) -> None:
    try:
        disputes.claim(dispute_id, by=by)
    except errors.Conflict:
        return  # somebody opened it at the same moment; the page tells who
