"""Examples of the parts around rules for the component sheet: the phone, the cards, a dry run."""

from dataclasses import replace
from typing import Any

from qcportal.blueprints.shown import verdicts
from qcportal.blueprints.shown.dry_runs import (
    ChangeLine,
    CheckChange,
    MatrixCell,
    MatrixRow,
    RowUse,
    RunProgress,
    VerdictMatrix,
    WouldChangeCard,
)
from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.phone_view import PhoneCheck, PhoneChoice, PhoneShot, PhoneView
from qcportal.blueprints.shown.return_page import Verdict
from qcportal.blueprints.shown.try_it import (
    CardAnswer,
    TriedCheck,
    TriedRow,
    TriedTable,
    TryItCard,
    Why,
)

_YES_NO = (Option("yes", "Yes"), Option("no", "No"))


def parts(picture: str) -> dict[str, Any]:
    """Give everything that `sheet/_rules.html` shows; `picture` is a catalogue picture."""
    return {
        "phones": _phones(picture),
        "try_card": _try_card(),
        "change_cards": _change_cards(),
        "matrix": _matrix(),
        "run": RunProgress(41_200, 100_000, "Looking through the returns", "#", "#"),
        "changed_checks": (CheckChange("Brand tag still there?", 812, 0, 3),),
        "row_uses": (RowUse("Row 3 of “Shoes and bags”", "Dear shoes", 0, "#"),),
        "tried_tables": (_table(),),
        "tried_examples": _checks(),
    }


def _phones(picture: str) -> tuple[PhoneView, ...]:
    asked = PhoneView(
        "Fern bottle, green",
        "5 checks · 2 pieces, each checked",
        _phone_checks(picture),
        waits_for="Take the photo, then answer.",
        dark=False,
    )
    masked = PhoneCheck(
        1, "Which IMEI does *#06# show?", "typed", "#", typed="Only the last 4 characters",
        shots=(PhoneShot("IMEI label", hint="Fill the frame"),), is_open=True,
        reference_note="cdn.fern.example", field_href="#", help="Dial it on the phone itself.",
    )  # fmt: skip
    signed = (PhoneShot("Customer signs", "pen-line"), PhoneShot("Opening", "video", "", False))
    return (
        asked,
        replace(asked, title="Fern bottle, grey", dark=True),
        PhoneView("Nuvio P8 phone", "1 check", (masked,), signed, waits_for="Type what you read."),
        PhoneView("Table lamp", "0 checks", notice="No check. Pick the item up as it is."),
    )


def _phone_checks(picture: str) -> tuple[PhoneCheck, ...]:
    yes_no = (PhoneChoice("Yes", "#", chosen=True), PhoneChoice("No", "#"))
    return (
        PhoneCheck(1, "Is this the item in the picture?", "choices", "#", answer="Yes"),
        PhoneCheck(
            2, "Any dent or scratch on the body?", "choices", "#", choices=yes_no, is_open=True,
            shots=(PhoneShot("Lower body", hint="Fill the frame"),), reference=picture,
            piece="Piece 1 of 2",
        ),
        PhoneCheck(3, "Any dent or scratch on the body?", "choices", "#", piece="Piece 2 of 2"),
        PhoneCheck(4, "Cap and seal in place?", "choices", "#"),
        PhoneCheck(5, "Which colour is it?", "choices", "#", required=False),
    )  # fmt: skip


def _try_card() -> TryItCard:
    failed = Verdict(
        "fail",
        "circle-x",
        "Failed",
        "",
        because="Decided by Row 3 of “Bottles”: Dent or scratches.",
    )
    answers = (
        CardAnswer("a.right", "Right item?", _YES_NO, "yes"),
        CardAnswer("a.dents", "Dents or scratches?", _YES_NO, "yes"),
    )
    return TryItCard("#", "#", (("table", "bottles"),), answers, failed)


def _change_cards() -> tuple[WouldChangeCard, ...]:
    lines = (
        ChangeLine("Same verdict", 3871),
        ChangeLine("Passed → Needs a look", 38, "#"),
        ChangeLine("Passed → Failed", 3, "#"),
    )
    return (
        WouldChangeCard("Draft 5 on the returns of the last 90 days:", lines, "#"),
        WouldChangeCard("Draft 5 was not run on past returns yet.", start="#"),
    )


def _matrix() -> VerdictMatrix:
    passed, failed, look = (
        verdicts.RETURN_BADGES[name] for name in ("passed", "failed", "needs_review")
    )
    return VerdictMatrix(
        (passed, failed, look),
        (
            MatrixRow(
                passed,
                (
                    MatrixCell(3871, same=True),
                    MatrixCell(3, "#", words="returns, Passed to Failed"),
                    MatrixCell(38, "#", words="returns, Passed to Needs a look"),
                ),
            ),
            MatrixRow(failed, (MatrixCell(0), MatrixCell(412, same=True), MatrixCell(0))),
        ),
    )


def _table() -> TriedTable:
    return TriedTable(
        "Shoes and bags",
        (
            TriedRow(1, "Right colour", True, "", "Asks 1 check: “Which colour is it?”", "#"),
            TriedRow(2, "Dear shoes", False, "Price is 499, the row wants >= 10000", "", "#"),
            TriedRow(3, "Wrong item", False, "No return reason is known", "", "#", "No check"),
        ),
    )


def _checks() -> tuple[TriedCheck, ...]:
    why = (Why("Row 1 of “Shoes and bags”, Right colour", "category Shoes, Bags", "#"),)
    typed = TriedCheck(
        "ex-colour", 1, "Which colour is it?", "A text read off the article", ("Required",),
        "Red (also lal, laal)", ("Front",), why=why, value="Blue",
        result=verdicts.check_badge("mismatch", required=True),
        explanation="Found “blue”, expected “red”, compared without regard to case",
    )  # fmt: skip
    changed = TriedCheck(
        "ex-size", 2, "Which size stands in the collar?", "Looked at, and shown by photos",
        ("Does not decide",), change="attributes.size is not known for this item", why=why,
        options=_YES_NO, piece="Piece 1 of 2",
    )  # fmt: skip
    return typed, changed
