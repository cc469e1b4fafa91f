"""What needs a look: the merchant accepts or refuses items while the executive waits."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import errors, reviews
from qcportal.blueprints.access import DECIDE, VIEW, actor, permission
from qcportal.blueprints.merchant import blueprint
from qcportal.blueprints.merchant.asking import asker
from qcportal.blueprints.showing import held, return_page, review_filters
from qcportal.blueprints.showing import reviews as reviews_page
from qcportal.blueprints.typed import check_texts
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext

LONGEST_NOTE = 1000
SAID = {
    "accept": lazy_gettext("Accepted. The person at the door is told to take it back."),
    "refuse": lazy_gettext(
        "Refused. The person at the door is told to leave it with the customer."
    ),
}


@blueprint.get("/reviews", endpoint="reviews")
@permission(VIEW)
def list_reviews() -> str:
    """Show what waits for a decision, most urgent first, or what was decided, latest first."""
    reviews_page.settle_due()
    page = reviews_page.build(request.args, asker())
    return render_template("merchant/reviews.html", page=page)


@blueprint.get("/reviews/live")
@permission(VIEW)
def reviews_live() -> Response:
    """Tell how much time is left, what was settled and what is new."""
    reviews_page.settle_due()
    return reviews_page.answer(request.args, asker())


@blueprint.post("/reviews/<uuid:id>/decide")
@permission(DECIDE)
def decide_review(id: uuid.UUID) -> Any:
    """Accept or refuse one item; who comes late is told so, and nothing changes."""
    decision, note = _read_form()
    back = request.form.get("back", "list")
    try:
        rvp = reviews.decide(id, decision, by=actor(), note=note)
    except errors.Conflict as refused:
        return _refused(id, back, refused), refused.status
    db.session.commit()
    flash(str(SAID[decision]))
    if back == "return":
        return redirect(url_for("merchant.return_detail", id=rvp.id), 303)
    return redirect(url_for("merchant.reviews", **_list_args()), 303)


def _list_args() -> dict[str, Any]:
    """Give the arguments of the list in which the form stood."""
    return review_filters.read_filters(request.args).args(after=request.args.get("after", ""))


def _read_form() -> tuple[reviews.ReviewDecision, str]:
    check_texts(dict(request.form))
    decision, note = request.form.get("decision", ""), request.form.get("note", "").strip()
    if decision not in SAID:
        raise errors.Invalid(_("Choose to accept or to refuse."))
    if len(note) > LONGEST_NOTE:
        raise errors.Invalid(
            _(
                "A note has %(n)s characters at most. Nothing was decided.",
                n=LONGEST_NOTE,
            )
        )
    return ("accept" if decision == "accept" else "refuse"), note


def _refused(review_id: uuid.UUID, back: str, refused: errors.Conflict) -> str:
    """Show the page as it is now, with the reason on top."""
    db.session.expunge_all()
    db.session.rollback()
    reviews_page.settle_due()
    if back != "return":
        page = reviews_page.build(request.args, asker(), refused=refused.detail)
        return render_template("merchant/reviews.html", page=page)
    flash(refused.detail, "error")
    loaded = held.load(reviews.get_review(review_id).return_id)
    shown = return_page.build(loaded, request.args, asker(), asked=None)
    return render_template("merchant/return.html", page=shown)
