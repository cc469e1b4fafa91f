"""Example pages of disputes: the form, the list, one dispute in its states, ticked returns."""

from dataclasses import replace
from typing import Any

from qcportal.blueprints import dispute_examples as parts
from qcportal.blueprints.shown.bulk_disputes import BulkPage, BulkRow
from qcportal.blueprints.shown.dispute_form import (
    ClaimForm,
    FormFault,
    ItemChoice,
    KindChoice,
    Tile,
)
from qcportal.blueprints.shown.dispute_page import (
    DisputeFilters,
    DisputePage,
    DisputesPage,
    FilePage,
)
from qcportal.blueprints.shown.dispute_words import category_words, kind_words
from qcportal.blueprints.shown.disputes import CitedView
from qcportal.blueprints.shown.frame import Note, Option
from qcportal.blueprints.shown.photos import PhotoState
from qcportal.blueprints.shown.return_page import Event, Live, ReturnDispute
from qcportal.blueprints.shown.returns_list import Tab
from qcportal.blueprints.shown.verdicts import ITEM_BADGES, RETURN_BADGES
from tests.browser import examples

PICTURE = examples.signed("d_base-1200.webp")
TYPES = (Option("image/jpeg", "JPG"), Option("image/png", "PNG"), Option("application/pdf", "PDF"))
STATES = [state for state, _ in parts.STATES]
MAY = {
    "info_requested": {"answer", "add", "withdraw"},
    "open": {"add", "withdraw"},
    "under_review": {"add", "withdraw"},
    "rejected": {"appeal"},
    "partially_approved": {"appeal"},
}


def page_of(endpoint: str, id: str, args: set[str]) -> tuple[str, dict[str, Any]]:
    """Give the template of an endpoint and what it is given."""
    name = endpoint.removeprefix("merchant.")
    if name in ("new_dispute", "dispute_draft"):
        form = claim_form(args, draft=name == "dispute_draft")
        return "merchant/dispute_form.html", {"form": form, "types": TYPES}
    build = {
        "disputes": listing,
        "dispute": lambda args: dispute(id, args),
        "dispute_receipt": lambda args: dispute(id, args),
        "dispute_file": file_page,
        "bulk_disputes_form": bulk,
    }[name]
    template = "disputes_bulk" if name == "bulk_disputes_form" else name
    return f"merchant/{template}.html", {"page": build(args)}


def on_return(state: str) -> ReturnDispute:
    """Give what a return says of disputing it: open, standing, over."""
    line = parts.case("info_requested", PICTURE).line
    return {
        "open": ReturnDispute(clock=parts.clocks()[1], raise_href="/returns/9bX2/dispute/new"),
        "over": ReturnDispute(refused="The time to dispute ended on 24 Nov."),
        "standing": ReturnDispute(
            clock=parts.clocks()[2],
            state=line.state,
            number="D-1187",
            href="/disputes/1",
            next="The carrier’s clock stands still until you answer.",
        ),
    }[state]


def claim_form(args: set[str], *, draft: bool) -> ClaimForm:
    back = "/returns/9bX2"
    if "refused" in args:
        words = "The time to dispute ended on 24 Nov."
        return ClaimForm("Fern insulated bottle", "773044182096", back, refused=words)
    bad = "faults" in args
    return ClaimForm(
        title="Fern insulated bottle, 750 ml",
        awb="773044182096",
        back=back,
        action="/returns/9bX2/dispute",
        clock=parts.clocks()[1],
        answer_by="Answer within 5 working days",
        kinds=kinds(),
        categories=tuple(Option(key, words) for key, words in category_words().items()),
        tiles=tiles(),
        items=items(),
        text="Too short" if bad else parts.TEXT,
        own=drafted_files() if draft else (),
        faults=faults() if bad else (),
        files_action="/disputes/1/files" if draft else "",
        draft=draft,
        seen="1" if draft else "",
    )


def drafted_files() -> tuple[CitedView, ...]:
    """Give files that can be taken out again, as those of a draft."""
    files = parts.own_files(PICTURE)
    return tuple(replace(each, drop=f"drop-{place}") for place, each in enumerate(files))


def faults() -> tuple[FormFault, ...]:
    return (
        FormFault("text", "Say in 20 to 1000 characters what is wrong."),
        FormFault("photos", "Choose at least one photo, or say that one is missing."),
        FormFault("amount-1", "Give a sum like 1499 or 1499.50."),
        FormFault("box-p1", "A box needs four numbers from 0 to 100 and lies on its photo."),
    )


def kinds() -> tuple[KindChoice, ...]:
    return tuple(
        KindChoice(kind, title, hint, "Damaged", place == 0)
        for place, (kind, (title, hint)) in enumerate(kind_words().items())
    )


def tiles() -> tuple[Tile, ...]:
    """Give photos to point at: one with a box, one missing, one still on its way."""
    here, coming, gone = PhotoState.HERE, PhotoState.ON_THE_WAY, PhotoState.MISSING
    sides = {"x": "31", "y": "38", "width": "26", "height": "33"}
    failed = examples.photo("base", PhotoState.HERE_FAILED, 2, "Dents, marks")
    return (
        Tile("p0", "Whole item", examples.photo("cap", here, 0, "Whole item")),
        Tile(
            "p1", "Dents, marks", failed, chosen=True, sides=sides, box=parts.BOX, note="Lot 2409"
        ),
        Tile("p2", "Brand mark", examples.photo("label", here, 1, "Brand mark"), chosen=True),
        Tile(
            "p3",
            "Brush",
            examples.photo("brush", coming, 3, "Brush"),
            "It is still on its way.",
            gap=True,
        ),
        Tile("p4", "Box", examples.photo("box", gone, 4, "Box"), "It never came.", True, True),
    )


def items() -> tuple[ItemChoice, ...]:
    fail, good = ITEM_BADGES["fail"], ITEM_BADGES["pass"]
    return (
        ItemChoice("1", "Fern insulated bottle, 750 ml", "FRN-BTL-750", fail, True, "1499"),
        ItemChoice("2", "Stoneware mug, coral", "KIT-MUG-COR", good, False, "399"),
    )


def listing(args: set[str]) -> DisputesPage:
    counts = (("all", "All", 14), ("draft", "Drafts", 1), ("in_review", "In review", 4))
    tabs = tuple(Tab(key, label, count) for key, label, count in counts)
    tabs += (Tab("question", "Question for you", 1, "late"), Tab("late", "Overdue", 1, "late"))
    lines = [parts.case(state, PICTURE).line for state in STATES]
    clocks = parts.clocks()
    rows = tuple(replace(line, clock=clocks[place % 3]) for place, line in enumerate(lines))
    empty = "no_match" if "empty" in args else "none" if "nothing" in args else ""
    note = Note(
        "late", "clock-alert", "The carrier is late with 1 dispute.", "", "/disputes", "Show"
    )
    return DisputesPage(
        filters=DisputeFilters(q="D-99" if empty else ""),
        tabs=tabs,
        rows=() if empty else rows,
        kinds=tuple(Option(key, words) for key, (words, _hint) in kind_words().items()),
        categories=tuple(Option(key, words) for key, words in category_words().items()),
        notes=() if empty else (note,),
        shown="13 of 14",
        older={"after": "x"},
        empty=empty,
        scope="Fern Home",
    )


def dispute(state: str, args: set[str]) -> DisputePage:
    known = state if state in STATES else "open"
    events = (
        Event("Question asked", parts.SENT, "Asha Shinde", strong=True),
        Event("Dispute D-1187 sent", parts.SENT, "Chitra of Fern", strong=True),
    )
    return DisputePage(
        case=parts.case(known, PICTURE),
        actions=frozenset() if "viewer" in args else frozenset(MAY.get(known, set())),
        events=events,
        live=Live(),
        error="Write 1 to 1000 characters." if "error" in args else "",
        types=TYPES,
    )


def file_page(args: set[str]) -> FilePage:
    fields = {"key": "u/2026/11/22/fern/773044182096/dispute-1.png", "policy": "x" * 400}
    back = "/disputes/1"
    return FilePage("divider.png", "D-1187", "Bottle", back, "/", fields, "image/png", 12_582_912)


def bulk(args: set[str]) -> BulkPage:
    step = next((each for each in ("check", "done") if each in args), "fill")
    failed = RETURN_BADGES["failed"]
    rows = (
        BulkRow("1", "Fern bottle", "773044182096", failed, "#", "₹1,499", "Dents, marks"),
        BulkRow("2", "Stoneware mug", "773044182097", failed, "#", "₹399", "Rim and 2 more"),
        BulkRow(
            "3", "Table lamp", "773044182098", failed, "#", "₹2,999", "Base",
            why_not="The time to dispute ended on 24 Nov.",
        ),
    )  # fmt: skip
    if step == "done":
        rows = (replace(rows[0], number="D-1188"), replace(rows[1], number="D-1189"), rows[2])
    return BulkPage(
        step=step,
        rows=() if "none" in args else rows,
        back="/returns",
        kinds=kinds(),
        kind="should_have_passed",
        text=parts.TEXT,
        total="₹1,898",
        sent=True,
    )
