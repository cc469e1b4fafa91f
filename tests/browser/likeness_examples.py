"""Example look-alikes: the queue, and findings with one photo and with two."""

from datetime import timedelta

from qcportal.blueprints.shown.frame import Badge, Fact, Note, Option
from qcportal.blueprints.shown.likeness import (
    LikenessesPage,
    LikenessFilters,
    LikenessPage,
    LikenessRow,
    Side,
)
from qcportal.blueprints.shown.photos import PhotoState
from qcportal.blueprints.shown.return_page import CheckView, Event, Reference
from tests.browser.examples import NOW, photo

REUSED = Badge("late", "images", "Looks the same")
PLACE = Badge("late", "map-pin", "Place in doubt")
WAITS = Badge("late", "circle-question-mark", "To decide")
WHY = (
    "The two pictures differ in 11 of 128 marks of light and dark, and in 4 of 64 that confirm "
    "it. Unlike pictures differ in about 53 and 32."
)
WHERE = (
    "The phone says that it was at two doors 118 km apart within 10 minutes. "
    "That would take 708 km/h."
)
CAREFUL = (
    "A copy that was cropped, brightened or photographed again looks like this. So may two "
    "careful photos of one article in one place."
)
OPTIONS = {
    "kind": (Option("near_duplicate", "Looks the same"), Option("same_bytes", "Same file")),
    "state": (Option("open", "To decide"), Option("any", "All of them")),
    "merchant": (Option("1", "Fern Home"), Option("2", "Kiln Street")),
    "executive": (Option("1", "Ravi Kulkarni, E-101"),),
    "order": (Option("newest", "Newest first"), Option("score", "Surest first")),
}


def queue(*, empty: str = "") -> LikenessesPage:
    filters = LikenessFilters(kind="same_bytes" if empty == "no_match" else "")
    rows = () if empty else (_row(0), _row(1), _row(2))
    shown = "" if empty else "1–3 of 3"
    return LikenessesPage(rows, filters, OPTIONS, shown, older_href="" if empty else "?page=2")


def finding(*, decided: bool = False, alone: bool = False, error: str = "") -> LikenessPage:
    sides = (_side("The later photo", "front", 0), _side("The earlier photo", "base", 900))
    later, earlier = (side.photo for side in sides)
    url = earlier.src(1200)
    pair = CheckView(
        number=1,
        short=later.label,
        question="The later photo beside the earlier one",
        badge=REUSED,
        photos=(later,),
        reference=Reference(url, url, "Earlier photo: Base"),
    )
    decision = {"decided": "Mira Sen: confirmed re-use", "decided_at": NOW} if decided else {}
    return LikenessPage(
        id="0190b6a0-5c4e-7d3a-9a41-0c5e6f7a8b01",
        badge=PLACE if alone else REUSED,
        state=Badge("miss", "triangle-alert", "Confirmed") if decided else WAITS,
        score=72,
        reason=WHERE if alone else WHY,
        careful=CAREFUL,
        sides=sides[:1] if alone else sides,
        confirm="Confirmed: the place is wrong" if alone else "Confirmed re-use",
        found_at=NOW - timedelta(minutes=9),
        action="" if decided or alone else "/admin/likenesses/1/decide",
        compare=None if alone else pair,
        note="The chip is at the same spot, the table is the same." if decided else "",
        error=error,
        events=(Event("Found", NOW - timedelta(minutes=9), "Portal"),),
        **decision,  # type: ignore[arg-type]
    )


def note() -> Note:
    return Note(
        "miss", "images", "Confirmed re-use.", "Mira Sen decided.", "/admin/likenesses/1", "Show"
    )


def _row(number: int) -> LikenessRow:
    alone = number == 2
    return LikenessRow(
        href=f"/admin/likenesses/{number + 1}",
        badge=PLACE if alone else REUSED,
        state=WAITS,
        score=(72, 64, 75)[number],
        reason=WHERE if alone else WHY,
        photo=photo("front", PhotoState.HERE, number),
        other=None if alone else photo("base", PhotoState.HERE, number + 9),
        where=("Fern Home", "Fern Home and Kiln Street", "Kiln Street")[number],
        person="Ravi Kulkarni",
        found_at=NOW - timedelta(hours=number),
    )


def _side(title: str, name: str, minutes: int) -> Side:
    return Side(
        title=title,
        photo=photo(name, PhotoState.HERE, minutes, name.title()),
        awb="773044182096",
        return_href="/admin/returns/9bX2",
        life_href="/admin/photos/1",
        facts=(
            Fact("Article", "Fern insulated bottle, 750 ml"),
            Fact("Merchant", "Fern Home"),
            Fact("Executive", "Ravi Kulkarni"),
            Fact("Phone", "P-7F3K2A"),
            Fact("Taken, says the phone", "Sun 22 Nov 2026, 10:43:05 IST"),
            Fact("Place, says the phone", "12 m from the address, ±8 m"),
            Fact("Reached us", "Sun 22 Nov 2026, 10:43:19 IST"),
            Fact("File", "0.9 MB"),
        ),
    )
