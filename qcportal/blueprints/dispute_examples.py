"""Disputes of the component sheet, in every state of their parts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from qcportal.blueprints.shown.dispute_words import (
    category_words,
    kind_words,
    outcome_badge,
    reason_words,
    state_badge,
)
from qcportal.blueprints.shown.disputes import (
    BoxView,
    CaseLine,
    CaseView,
    CitedView,
    ClaimedItem,
    ClockView,
    DecidedLine,
    DecisionView,
    ThreadEntry,
)
from qcportal.blueprints.shown.frame import Badge
from qcportal.blueprints.shown.photos import PhotoState, PhotoView
from qcportal.blueprints.shown.verdicts import ITEM_BADGES

SENT = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)
TEXT = (
    "The scratch pattern matches our in-box divider. We saw the same marks on 11 unused bottles "
    "from lot 2409, so this was not caused by the customer."
)
WHY = "The marks run along the divider, and the base is unworn. The item should have passed."
BOX = BoxView(31, 38, 26, 33, "A box is drawn from 31% to 57% across and 38% to 71% down.")
STATES = (
    ("draft", None), ("open", None), ("under_review", None), ("info_requested", None),
    ("second_look", None), ("deciding", None), ("approved", "approved"),
    ("partially_approved", "partially_approved"), ("rejected", "rejected"), ("appealed", None),
    ("final", "approved"), ("closed", "rejected"), ("withdrawn", None),
)  # fmt: skip


def parts(picture: str) -> dict[str, Any]:
    """Give what the sheet shows; `picture` is the address of an example photo."""
    return {
        "dispute_states": tuple(state_badge(state, outcome) for state, outcome in STATES),
        "dispute_clocks": clocks(),
        "dispute": case("rejected", picture),
        "empty_dispute": replace(case("draft", picture), thread=(), text="", cited=()),
    }


def clocks() -> tuple[ClockView, ...]:
    """Give clocks: calm, on the last day, overdue, ended."""
    calm = Badge("", "clock", "Answer in 3 d 2 h")
    urgent = Badge("late", "clock-alert", "7 h 20 m to dispute")
    late = Badge("late", "clock-alert", "Overdue by 2 h 5 m")
    over = Badge("late", "clock-alert", "The time has ended")
    return (
        ClockView(calm, "You get an answer by Tomorrow, 17:30.", SENT + timedelta(days=3)),
        ClockView(urgent, "It can be disputed until Today, 19:30.", SENT),
        ClockView(late, "The answer was due Today, 10:05.", SENT),
        ClockView(over, "Answer by Yesterday, 18:00.", SENT),
    )


def case(state: str, picture: str) -> CaseView:
    """Give a dispute in a state with every kind of evidence."""
    outcome = dict(STATES)[state]
    decided = (decision(),) if outcome else ()
    line, asked = line_of(state), question()
    return CaseView(
        line=line,
        text=TEXT,
        suggested=line.category,
        items=items(decided=bool(outcome)),
        cited=evidence(picture),
        own=own_files(picture),
        thread=(asked, *answers()),
        decisions=decided,
        next="You can appeal once, until 29 Nov, 12:10. Somebody else decides then.",
        filed_at=None if state == "draft" else SENT,
        question=asked if state == "info_requested" else None,
        return_href="#",
    )


def line_of(state: str) -> CaseLine:
    """Give a dispute in a state as a line of a list."""
    outcome = dict(STATES)[state]
    return CaseLine(
        id="0190b6a0-5c4e-7d3a-9a41-0c5e6f7a8b01",
        number="" if state == "draft" else "D-1187",
        product="Fern insulated bottle, 750 ml",
        awb="773044182096",
        items=2,
        kind=kind_words()["should_have_passed"][0],
        category=category_words()["damaged"],
        said=TEXT[:139] + "…",
        state=state_badge(state, outcome),
        clock=None if outcome else clocks()[0],
        amount="₹1,499",
        merchant="Fern Home",
        activity_at=SENT,
    )


def question() -> ThreadEntry:
    """Give what the carrier asked."""
    return ThreadEntry(
        "admin",
        "Question",
        "Asha Shinde, carrier",
        SENT + timedelta(hours=3),
        "Which lot number stands on the bottle?",
        "message-circle-question-mark",
    )


def answers() -> tuple[ThreadEntry, ...]:
    """Give what a merchant wrote after a question, and what it added unasked."""
    at, who = SENT + timedelta(hours=5), "Chitra of Fern"
    return (
        ThreadEntry("merchant", "Answer", who, at, "It says 2409-B.\nSee the photo.", "gavel"),
        ThreadEntry("merchant", "Added", who, at, "The divider is 3 mm wide.", "gavel"),
    )


def items(*, decided: bool) -> tuple[ClaimedItem, ...]:
    """Give two claimed items, decided otherwise each or not yet."""
    claim, verdict = kind_words()["should_have_passed"][0], ITEM_BADGES["fail"]
    names = ("Fern insulated bottle, 750 ml", "Stoneware mug, coral")
    outcomes = (outcome_badge("approved"), outcome_badge("rejected"))
    return tuple(
        ClaimedItem(
            item_id=str(place),
            name=name,
            sku=f"FRN-BTL-75{place}",
            verdict=verdict,
            claim=claim,
            amount="₹999",
            outcome=outcomes[place] if decided else None,
            granted=("₹999", "₹0")[place] if decided else "",
        )
        for place, name in enumerate(names)
    )


def evidence(picture: str) -> tuple[CitedView, ...]:
    """Give cited photos: with a box, without, on the way, missing, and one nobody took."""
    here = photo(PhotoState.HERE, "Dents or scratches", picture)
    coming = photo(PhotoState.ON_THE_WAY, "Brush", "")
    gone = photo(PhotoState.MISSING, "Box", "")
    said = Badge("miss", "image-off", "Said to be missing")
    return (
        CitedView("Dents or scratches", here, here.words, note="Along the divider", box=BOX),
        CitedView("Whole item", here, here.words, href=picture),
        CitedView("Brush", coming, coming.words),
        CitedView("Box", gone, said, missing=True),
        CitedView("A photo nobody took", None, said, missing=True, note="The serial number"),
    )


def own_files(picture: str) -> tuple[CitedView, ...]:
    """Give files of the merchant's own: here, still to come, and no picture at all."""
    here = photo(PhotoState.HERE, "divider.jpg", picture)
    coming = photo(PhotoState.ON_THE_WAY, "lot-2409.jpg", "")
    paper = replace(here, id="paper", label="invoice.pdf", shown_as="download")
    sent, waits = Badge("", "shield-check", "Here"), Badge("wait", "cloud-upload", "Not here yet")
    return (
        CitedView("divider.jpg", here, sent, own=True, href=picture),
        CitedView("lot-2409.jpg", coming, waits, own=True, send_href="#"),
        CitedView("invoice.pdf", paper, sent, own=True, href=picture),
    )


def photo(state: PhotoState, label: str, picture: str) -> PhotoView:
    """Give one photo."""
    urls: Any = {640: picture} if picture else {}
    return PhotoView(label, state, label, f"Door photo: {label}", urls)


def decision() -> DecisionView:
    """Give a decision in part, with a line for each item."""
    reason = reason_words()["photos_show_it"]
    lines = (
        DecidedLine("Fern insulated bottle", outcome_badge("approved"), reason, WHY, "₹999"),
        DecidedLine("Stoneware mug", outcome_badge("rejected"), reason, "The chip is new.", "₹0"),
    )
    return DecisionView(
        outcome=outcome_badge("partially_approved"),
        title="Decision",
        reason=reason,
        text=WHY,
        who="Dispute officer",
        at=SENT + timedelta(days=1),
        lines=lines,
    )
