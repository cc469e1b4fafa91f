"""The desk that decides disputes, for the component sheet: its queue, exhibits and forms."""

from dataclasses import replace
from typing import Any

from qcportal.blueprints import dispute_examples as disputes
from qcportal.blueprints.showing import dispute_reasons
from qcportal.blueprints.shown.dispute_queue import (
    Queue,
    QueueFilters,
    QueueLine,
    Undoable,
    Undoing,
)
from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.judging import Bar, Exhibit, ItemChoice, SecondLook, Typed
from qcportal.blueprints.shown.return_page import CheckView

FAULTS = {
    "reason": "Choose a reason.", "text": "Say why.", "granted-1": "Name a sum.",
    "question": "Ask in 10 characters at least.", "objection": "Say why you disagree.",
}  # fmt: skip


def parts(picture: str, check: CheckView) -> dict[str, Any]:
    """Give what `sheet/_desk.html` shows; `check` is the one that the first photo belongs to."""
    case = disputes.case("under_review", picture)
    undone = (Undoable("7", "D-1186: Upheld", 86_400), Undoable("6", "D-1185: Declined", 86_400))
    return {
        "queue": _queue(),
        "exhibits": tuple(
            Exhibit(number, cited, "#", check if cited.shown and not cited.own else None)
            for number, cited in enumerate((*case.cited, *case.own), start=1)
        ),
        "bars": (("calm", _bar()), ("faulty", _faulty())),
        "seconds": _seconds(),
        "undoings": (Undoing("#", undone[:1]), Undoing("#", undone), Undoing("#")),
    }


def _queue() -> Queue:
    return Queue(
        tabs=(),
        tab="all",
        filters=QueueFilters(),
        lines=_lines(),
        merchants=(),
        kinds=(),
        open_count=3,
        late_count=1,
        others=3,
        previous_href="#1",
        next_href="#3",
    )


def _lines() -> tuple[QueueLine, ...]:
    line, clocks = disputes.line_of("under_review"), disputes.clocks()
    late = replace(line, number="D-1186", clock=clocks[2], late=True)
    soon, calm = replace(line, clock=clocks[1]), replace(line, number="D-1188", clock=clocks[0])
    return (
        QueueLine(late, "#1", "late 20 m", looking="Bala Rao"),
        QueueLine(soon, "#2", "3 h 10 m", urgent=True, current=True),
        QueueLine(calm, "#3", "1 d", assigned="Asha Shinde", stage="Appeal"),
    )


def _bar() -> Bar:
    return Bar(
        seen=3,
        decide="#",
        ask="#",
        skip="#",
        recategorise="#",
        assign="#",
        uphold="Uphold, grant ₹1,748",
        reasons=dispute_reasons.for_declining(),
        reasons_up=dispute_reasons.for_upholding(),
        items=(ItemChoice("1", "Fern bottle", "₹1,499"), ItemChoice("2", "Brush", "₹249")),
        categories=(Option("damaged", "Damaged"), Option("other", "Something else")),
        category="damaged",
        people=(Option("1", "Asha Shinde"), Option("2", "Bala Rao")),
        like_href="#",
        like_count=4,
    )


def _faulty() -> Bar:
    wrong = ItemChoice("1", "Fern bottle", "₹1,499", "partially_approved", "9", "Name a sum.")
    typed = Typed(errors=FAULTS, text="x", question="Why", items=(("1", "x", "9"),))
    return replace(_bar(), items=(wrong,), typed=typed)


def _seconds() -> tuple[Bar, ...]:
    asked = Bar(3, second=SecondLook("#", "#", ""))
    refused = replace(asked, typed=Typed(objection="No", errors={"objection": FAULTS["objection"]}))
    own = Bar(3, why="A second person has to agree.", second=SecondLook("", "", "#"))
    return asked, refused, own
