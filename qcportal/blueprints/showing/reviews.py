"""What waits for a decision, most urgent first, as a page and as its live fill-in."""

import re
import uuid
from collections.abc import Sequence
from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response

from qcportal import errors, reviews
from qcportal.blueprints import access
from qcportal.blueprints.jinja import when
from qcportal.blueprints.showing import held as held_return
from qcportal.blueprints.showing import return_items
from qcportal.blueprints.showing.deciding import review_view
from qcportal.blueprints.showing.held import Held
from qcportal.blueprints.showing.return_page import photo_views
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.photos import PhotoView
from qcportal.blueprints.shown.return_page import CheckView, Live
from qcportal.blueprints.shown.reviews import ReviewCard, ReviewsLive, ReviewsPage
from qcportal.db import db
from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.reviews import Review

MOST = 20
POLL_S = 10
SEEN = re.compile(r"[0-9a-f]{32}")


def settle_due() -> None:
    """Let the rulebooks' answers hold for what is due, so that nobody waits for a worker."""
    if reviews.is_any_due():
        access.write_apart(reviews.settle_due)


def build(asker: Asker, *, refused: str = "") -> ReviewsPage:
    """Build the page for the scope's reviews, in a number of statements that is fixed."""
    waiting = db.session.scalars(reviews.select_waiting().limit(MOST)).all()
    held = held_return.load_waiting(waiting)
    cards = tuple(_card(review, held[review.return_id], asker) for review in waiting)
    total = reviews.count_waiting().count if len(waiting) == MOST else len(waiting)
    return ReviewsPage(
        cards=cards,
        live=Live(_live_url(waiting, asker), POLL_S),
        more=total - len(cards),
        refused=refused,
        tz=asker.zone,
    )


def answer(args: Any, asker: Asker) -> Response:
    """Answer a poll with the clocks, with what was settled meanwhile and with what is new."""
    seen = args.get("seen", "").split(".") if args.get("seen") else []
    if len(seen) > MOST or not all(SEEN.fullmatch(each) for each in seen):
        fault = Fault("/seen", "bad_seen", _("Use the address that the page polls."))
        raise errors.Invalid(faults=[fault])
    page = build(asker)
    now = {uuid.UUID(card.review.id).hex for card in page.cards}
    settled = tuple(str(uuid.UUID(each)) for each in seen if each not in now)
    update = ReviewsLive(page, settled=settled, fresh=len(now - set(seen)))
    return Response(render_template("merchant/_reviews.html", update=update), mimetype="text/html")


def _card(review: Review, held: Held, asker: Asker) -> ReviewCard:
    photos = photo_views(held, asker)
    items = return_items.views(held, photos)
    item, shown = next(
        (item, view)
        for item, view in zip(held.rvp.items, items, strict=True)
        if item.id == review.item_id
    )
    doubts = tuple(sorted((each for each in shown.checks if each.doubtful), key=_is_optional))
    inspection = held.inspection
    at = when(held.rvp.checked_at, asker.zone, within=True)
    return ReviewCard(
        review=review_view(review, item, asker, back="list"),
        sku=item.client_sku_id,
        awb=held.rvp.awb,
        href=url_for(asker.detail_endpoint, id=held.rvp.id),
        photo=_photo(doubts) or _photo(shown.checks),
        reference=held.references.get(item.client_sku_id),
        doubts=doubts,
        checked=_("Checked %(time)s by %(name)s", time=at, name=inspection.executive.name)
        if inspection
        else _("Checked %(time)s", time=at),
        merchant=held.rvp.merchant.name if asker.merchant_id is None else "",
    )


def _is_optional(check: CheckView) -> bool:
    return not check.required


def _photo(checks: Sequence[CheckView]) -> PhotoView | None:
    """Give the photo that shows most of what is in doubt: one that is here before others."""
    photos = [photo for check in checks for photo in check.photos]
    return next((photo for photo in photos if photo.shown), next(iter(photos), None))


def _live_url(waiting: Sequence[Review], asker: Asker) -> str:
    seen = ".".join(review.id.hex for review in waiting)
    return url_for(asker.endpoint("reviews_live"), seen=seen)
