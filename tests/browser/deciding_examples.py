"""Example pages on which somebody decides: what needs a look, and an admin's override."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from qcportal.blueprints.showing import review_filters
from qcportal.blueprints.showing.deciding import BADGES
from qcportal.blueprints.shown import verdicts
from qcportal.blueprints.shown.deciding import OverrideView, ReviewView
from qcportal.blueprints.shown.frame import Badge, Option
from qcportal.blueprints.shown.return_page import (
    CheckView,
    ItemView,
    Live,
    Otherwise,
    ReturnPage,
    Verdict,
    Why,
)
from qcportal.blueprints.shown.reviews import ReviewCard, ReviewFilters, ReviewsLive, ReviewsPage
from tests.browser import examples, saved_view_examples

URGENT = Badge("late", "clock-alert", "3 min left")
OPTIONS = (Option("one", "The one"), Option("other", "The other"))
CALM = Badge("", "clock", "29 min left")
DIFFERS = "The phone said “As expected”, the server says “Not as expected”. The server decides."


def review(number: int, clock: Badge, *, back: str = "list", allowed: bool = True) -> ReviewView:
    return ReviewView(
        id=f"0190b6a0-5c4e-7d3a-9a41-0c5e6f7a8b{number:02}",
        item=("Fern insulated bottle, 750 ml", "Stoneware mug, coral")[number % 2],
        clock=clock,
        reason="Decided by row 2 of “Bottles”: a dent may be the courier's, look at the photo.",
        after="Without a decision by 14:32 the rulebook decides: leave it with the customer.",
        pieces="Pieces 2 and 3 of 3." if number else "",
        action=f"/reviews/{number}/decide" if allowed else "",
        back=back,
    )


def reviews_page(args: Mapping[str, str] = MappingProxyType({}), **changes: Any) -> ReviewsPage:
    """Give the list for the arguments of the URL: waiting, decided, empty, without a match."""
    tab, empty = args.get("tab", "waiting"), args.get("empty", "")
    decided = tab in ("accepted", "refused")
    filters = ReviewFilters(tab, "FRN-BTL", "fail", "by default" if empty else "Damaged")
    narrowed = empty == "no_match" or "filtered" in args
    counts = {"waiting": 47, "soon": 1, "accepted": 208, "refused": 1_204}
    cards = (
        (_decided(0, tab), _decided(1, tab))
        if decided
        else (_card(0, URGENT), _card(1, CALM), _card(2, CALM))
    )
    page = ReviewsPage(
        cards=() if empty else cards,
        filters=filters if narrowed else ReviewFilters(tab),
        tabs=review_filters.tabs(counts),
        chips=review_filters.chips(filters) if narrowed else (),
        defaults=OPTIONS,
        reasons=(Option("Damaged", "Damaged"), Option("Too small", "Too small")),
        deciders=OPTIONS if decided else (),
        live=Live() if decided else Live("/reviews/live?seen=0", 10),
        waiting=not decided,
        shown="" if empty else f"{len(cards)} of {counts[tab]}",
        next=None if empty else {"after": "x"},
        first="after" not in args,
        empty=empty,
        scope="Fern Home",
        views=saved_view_examples.above("reviews") if "views" in args else None,
    )
    return replace(page, **changes)


def reviews_live() -> ReviewsLive:
    page = reviews_page()
    settled = (page.cards[1].review.id,)
    return ReviewsLive(replace(page, cards=page.cards[:1]), settled=settled, fresh=2)


def waiting_return() -> ReturnPage:
    """A return of three pieces, of which some wait for the merchant."""
    told = explained()
    piece = tuple(verdicts.ITEM_BADGES[each] for each in ("pass", "needs_review", "fail"))
    item = ItemView(
        "Fern insulated bottle",
        "FRN-BTL-750-GRN",
        verdicts.ITEM_BADGES["needs_review"],
        told,
        "Bottles and flasks, version 4",
        routed="Photos only, nothing is compared: row “Damaged in transit” of the rulebook.",
        otherwise=(
            Otherwise(
                ("Which serial number?",),
                Badge("", "pen-line", "Changed"),
                "Nothing to compare it with.",
            ),
            Otherwise(("smell",), Badge("", "circle-slash", "Not asked"), "It has no question."),
        ),
        pieces=piece,
    )
    return examples.return_page(
        items=(item,),
        current=told[2],
        reviews=(review(0, URGENT, back="return"), review(2, CALM, allowed=False)),
        verdict_badge=verdicts.RETURN_BADGES["needs_review"],
    )


def overridden_return() -> ReturnPage:
    """A return that was overridden once and of which a photo is missing, with the form open."""
    held = verdicts.ITEM_BADGES["pass"]
    form = OverrideView("item-1", "Fern insulated bottle", held, "/admin/returns/9bX2", 1)
    wrong = replace(form, item_id="item-2", reason="Too short", error="Give a longer reason.")
    decided = "The inspection said Failed; Asha Shinde decided Passed: “The lamp makes that mark.”"
    missing = ("Front of shirt, piece 2 of Harrow shirt", "Tag of Harrow shirt")
    return examples.return_page(
        verdict=Verdict(
            "pass",
            "circle-check",
            "Passed by decision",
            "Picked up from the customer.",
            "Rulebook version 4.",
            "Dents or scratches is “Yes”.",
            decided=(decided,),
            missing=missing,
        ),
        overrides=(form, wrong),
        detail_endpoint="admin.return_detail",
        merchant="Fern Home",
    )


def explained() -> tuple[CheckView, ...]:
    """The checks with their reasons, of three pieces, one of which the phone judged otherwise."""
    why = (Why("Every item"), Why("Dear bottles", "price at least 10000 and brand is “Fern”"))
    return tuple(
        replace(
            check,
            why=why,
            rulebook="Bottles and flasks, version 4",
            explanation="Found “navy”, expected “blue”, compared without regard to case.",
            differs=DIFFERS if check.number == 3 else "",
            unit=max(0, check.number - 4),
            doubtful=check.failed,
        )
        for check in examples.checks()
    )


def _decided(number: int, tab: str) -> ReviewCard:
    card = _card(number, BADGES["accept" if tab == "accepted" else "refuse"])
    after = ("Decided Today, 14:02 by Meera Iyer.", "Nobody decided in time: the rulebook did.")
    note = ("Fits the label.", "")[number]
    told = replace(card.review, decided=True, action="", after=after[number], note=note)
    return replace(card, review=told)


def _card(number: int, clock: Badge) -> ReviewCard:
    told = explained()
    return ReviewCard(
        review=review(number, clock),
        sku="FRN-BTL-750-GRN",
        awb="773044182096",
        href="/returns/9bX2",
        photo=told[2].photo if number < 2 else None,
        reference=told[2].reference if number else None,
        doubts=told[2:3],
        checked="Checked Today, 14:02 by Ravi K.",
    )
