"""What needs a look, most urgent first, and what was decided, as a page and as its fill-in."""

import re
import uuid
from collections.abc import Sequence
from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response

from qcportal import errors, reviews
from qcportal.blueprints import access
from qcportal.blueprints.cursors import read_cursor, write_place
from qcportal.blueprints.jinja import grouped, when
from qcportal.blueprints.showing import held as held_return
from qcportal.blueprints.showing import return_items, review_filters, saved_views
from qcportal.blueprints.showing.deciding import review_view
from qcportal.blueprints.showing.held import Held
from qcportal.blueprints.showing.return_page import photo_views
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.photos import PhotoView
from qcportal.blueprints.shown.return_page import CheckView, Live
from qcportal.blueprints.shown.reviews import ReviewCard, ReviewsLive, ReviewsPage
from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.reviews import Place, Review
from qcportal.reviews.lists import PAGE_SIZE

POLL_S = 10
SEEN = re.compile(r"[0-9a-f]{32}")


def settle_due() -> None:
    """Let the rulebooks' answers hold for what is due, so that nobody waits for a worker."""
    if reviews.is_any_due():
        access.write_apart(reviews.settle_due)


def build(args: Any, asker: Asker, *, refused: str = "") -> ReviewsPage:
    """Build the page for the scope's reviews, in a number of statements that is fixed."""
    filters = review_filters.read_filters(args)
    asked = review_filters.wanted(filters, asker)
    at = read_cursor(args.get("after"))
    page = reviews.get_page(asked, Place(at.activity_at, at.id) if at else None)
    counts = reviews.count_tabs(asked)
    held = held_return.load_waiting(page.rows)
    back = filters.args(after=args.get("after", ""))
    cards = tuple(_card(review, held[review.return_id], asker, back) for review in page.rows)
    shown = _("%(n)s of %(total)s", n=len(cards), total=grouped(counts[filters.tab]))
    narrowed = bool(filters.args(tab="")) or at is not None
    return ReviewsPage(
        cards=cards,
        filters=filters,
        tabs=review_filters.tabs(counts),
        chips=review_filters.chips(filters),
        live=Live(_live_url(page.rows, asker, back), POLL_S) if asked.waits else Live(),
        waiting=asked.waits,
        shown=shown if cards else "",
        next={"after": write_place(page.next.at, page.next.id)} if page.next else None,
        first=at is None,
        empty="" if cards else "no_match" if narrowed else "none",
        refused=refused,
        scope=asker.scope,
        tz=asker.zone,
        views=saved_views.above("reviews", filters.args()),
        **review_filters.selects(filters, asker),
    )


def answer(args: Any, asker: Asker) -> Response:
    """Answer a poll with the clocks, with what was settled meanwhile and with what is new."""
    seen = args.get("seen", "").split(".") if args.get("seen") else []
    if len(seen) > PAGE_SIZE or not all(SEEN.fullmatch(each) for each in seen):
        fault = Fault("/seen", "bad_seen", _("Use the address that the page polls."))
        raise errors.Invalid(faults=[fault])
    page = build(args, asker)
    now = {uuid.UUID(card.review.id).hex for card in page.cards}
    gone = reviews.find_settled([uuid.UUID(each) for each in seen if each not in now])
    settled = tuple(str(each) for each in gone)
    update = ReviewsLive(page, settled=settled, fresh=len(now - set(seen)))
    return Response(render_template("merchant/_reviews.html", update=update), mimetype="text/html")


def _card(review: Review, held: Held, asker: Asker, back: dict[str, str]) -> ReviewCard:
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
        review=review_view(review, item, asker, back="list", args=back),
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


def _live_url(waiting: Sequence[Review], asker: Asker, args: dict[str, str]) -> str:
    seen = ".".join(review.id.hex for review in waiting)
    return url_for(asker.endpoint("reviews_live"), **args, seen=seen)  # type: ignore[arg-type]
