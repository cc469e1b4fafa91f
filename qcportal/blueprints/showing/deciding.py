"""What a person may decide on a return's items, and until when, in words."""

import math
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from flask import url_for

from qcportal import clock, reviews
from qcportal.blueprints.access import DECIDE, OVERRIDE, may
from qcportal.blueprints.jinja import duration, listed, local_time, when
from qcportal.blueprints.showing.held import Held
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.deciding import OverrideView, ReviewView
from qcportal.blueprints.shown.frame import Badge
from qcportal.blueprints.shown.verdicts import ITEM_BADGES
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.returns import ReturnItem
from qcportal.reviews import Review

URGENT_S = 300
BADGES = {
    "accept": Badge("pass", "circle-check", lazy_gettext("Accepted")),
    "refuse": Badge("fail", "circle-x", lazy_gettext("Refused")),
}
AFTER = {
    "pass": lazy_gettext("Without a decision by %(time)s the rulebook decides: take it back."),
    "fail": lazy_gettext(
        "Without a decision by %(time)s the rulebook decides: leave it with the customer."
    ),
}


def clock_badge(decide_by: datetime | None, at: datetime) -> Badge:
    """Say how much time is left: amber under five minutes."""
    if decide_by is None:
        return Badge("", "clock", _("No time limit"))
    left = (decide_by - at).total_seconds()
    if left <= 0:
        return Badge("late", "clock-alert", _("The time has ended"))
    if left < 60:
        return Badge("late", "clock-alert", _("Under a minute left"))
    words = (
        _("%(n)s min left", n=int(left // 60))
        if left < 3600
        else _("%(span)s left", span=duration(left))
    )
    return Badge("late", "clock-alert", words) if left < URGENT_S else Badge("", "clock", words)


def within(decide_by: datetime, at: datetime) -> str:
    """Say within which time a decision is wanted: "12 min", "2 h 5 m"."""
    left = max(60.0, (decide_by - at).total_seconds())
    return _("%(n)s min", n=math.ceil(left / 60)) if left < 3600 else duration(left)


def review_views(held: Held, asker: Asker, *, back: str = "return") -> tuple[ReviewView, ...]:
    """Show what waits of a return; with a form for a merchant's person who may decide."""
    items = {item.id: item for item in held.rvp.items}
    return tuple(review_view(each, items[each.item_id], asker, back=back) for each in held.waiting)


def review_view(
    review: Review,
    item: ReturnItem,
    asker: Asker,
    *,
    back: str,
    args: Mapping[str, str] = MappingProxyType({}),
) -> ReviewView:
    """Show one review; `args` are those of the list to which a decision leads back."""
    allowed = asker.merchant_id is not None and review.waiting and may(DECIDE)
    action = url_for("merchant.decide_review", id=review.id, **dict(args))  # type: ignore[arg-type]
    return ReviewView(
        id=str(review.id),
        item=item.name,
        clock=clock_badge(review.decide_by, clock.now())
        if review.waiting
        else BADGES[str(review.decision)],
        reason=item.verdict_reason or _("Nobody at the door could decide on it."),
        after=_after(review, asker) if review.waiting else _decided(review, asker),
        decide_by=review.decide_by,
        pieces=_pieces(item, review),
        action=action if allowed else "",
        back=back,
        decided=not review.waiting,
        note=review.note,
    )


def override_views(held: Held, asker: Asker) -> tuple[OverrideView, ...]:
    """Show what an admin may decide otherwise: every item that was inspected."""
    if asker.merchant_id is not None or not may(OVERRIDE):
        return ()
    return tuple(
        OverrideView(
            item_id=str(item.id),
            item=item.name,
            held=ITEM_BADGES[item.verdict or "not_inspected"],
            action=url_for("admin.override_item", id=held.rvp.id, item_id=item.id),
            seen=item.decisions,
        )
        for item in held.rvp.items
        if item.inspected_verdict is not None
    )


def _after(review: Review, asker: Asker) -> str:
    if review.decide_by is None:
        return _("It waits until you decide; the item stays with the customer until then.")
    words = AFTER[str(review.default_verdict)]
    return _(words, time=local_time(review.decide_by, asker.zone))


def _decided(review: Review, asker: Asker) -> str:
    time = when(review.decided_at, asker.zone, within=True)
    if review.decided_by == "default":
        return _("Nobody decided in time: the rulebook did, %(time)s.", time=time)
    return _("Decided %(time)s by %(name)s.", time=time, name=review.decided_by_name)


def _pieces(item: ReturnItem, review: Review) -> str:
    found = reviews.pieces(item, review)
    open_ones = [str(unit) for unit, verdict in found if verdict == "needs_review"]
    if len(open_ones) < 2:  # the reason names a single one
        return ""
    return _("Pieces %(list)s of %(total)s.", list=listed(open_ones), total=len(found))
