"""Claims of the component sheet: the form that raises a dispute, and what is said afterwards."""

from dataclasses import replace
from typing import Any

from qcportal.blueprints import dispute_examples as disputes
from qcportal.blueprints.shown.dispute_form import (
    ClaimForm,
    FormFault,
    ItemChoice,
    KindChoice,
    Tile,
)
from qcportal.blueprints.shown.dispute_page import DisputePage
from qcportal.blueprints.shown.dispute_words import category_words, kind_words
from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.photos import PhotoState
from qcportal.blueprints.shown.return_page import ReturnDispute
from qcportal.blueprints.shown.verdicts import ITEM_BADGES

OVER = "The time to dispute ended on 24 Nov."
FAULTS = (
    FormFault("kind", "Choose what you disagree with."),
    FormFault("text", "Say in 20 to 1000 characters what is wrong."),
    FormFault("photos", "Choose at least one photo, or say that one is missing."),
    FormFault("amount-1", "Give a sum like 1499 or 1499.50."),
    FormFault("box-p1", "A box needs four numbers from 0 to 100 and lies on its photo."),
)


def parts(picture: str) -> dict[str, Any]:
    """Give what `sheet/_claims.html` shows; `picture` is the address of an example photo."""
    said = DisputePage(disputes.case("info_requested", picture), frozenset())
    return {
        "claims": (("new", _new(picture)), ("draft", _draft(picture)), ("bad", _bad(picture))),
        "refused_claims": (
            ClaimForm("Bottle", "773044182096", "#", refused=OVER),
            ClaimForm("Bottle", "773044182096", "#", refused="It is disputed.", standing_href="#"),
        ),
        "file_types": (Option("image/jpeg", "JPG"), Option("application/pdf", "PDF")),
        "said": (said, replace(said, error="Write 1 to 1000 characters.", typed="x" * 40)),
        "standings": _standings(),
    }


def _new(picture: str) -> ClaimForm:
    return ClaimForm(
        title="Fern insulated bottle, 750 ml",
        awb="773044182096",
        back="#",
        action="#",
        clock=disputes.clocks()[1],
        answer_by="Answer within 5 working days",
        kinds=_kinds(),
        categories=tuple(Option(key, words) for key, words in category_words().items()),
        tiles=_tiles(picture),
        items=_items()[:1],
    )


def _draft(picture: str) -> ClaimForm:
    files = disputes.own_files(picture)
    own = tuple(replace(each, drop=f"drop-{place}") for place, each in enumerate(files))
    form = replace(_new(picture), items=_items(), text=disputes.TEXT, own=own, draft=True)
    return replace(form, files_action="#", gap=True, gap_note="The serial number", seen="1")


def _bad(picture: str) -> ClaimForm:
    return replace(_new(picture), items=_items(), text="Too short", faults=FAULTS)


def _kinds() -> tuple[KindChoice, ...]:
    words = enumerate(kind_words().items())
    return tuple(KindChoice(k, title, hint, "Damaged", n == 0) for n, (k, (title, hint)) in words)


def _tiles(picture: str) -> tuple[Tile, ...]:
    here = disputes.photo(PhotoState.HERE, "Dents, marks", picture)
    coming = disputes.photo(PhotoState.ON_THE_WAY, "Brush", "")
    gone = disputes.photo(PhotoState.MISSING, "Box", "")
    sides = {"x": "31", "y": "38", "width": "26", "height": "33"}
    return (
        Tile("p0", "Whole item", here),
        Tile("p1", "Dents, marks", here, "", False, True, "Lot 2409", sides, disputes.BOX),
        Tile("p2", "Brush", coming, "It is still on its way.", gap=True),
        Tile("p3", "Box", gone, "It never came.", gap=True, chosen=True),
    )


def _items() -> tuple[ItemChoice, ...]:
    fail, good = ITEM_BADGES["fail"], ITEM_BADGES["pass"]
    return (
        ItemChoice("1", "Fern insulated bottle, 750 ml", "FRN-BTL-750", fail, True, "1499"),
        ItemChoice("2", "Stoneware mug, coral", "KIT-MUG-COR", good, False, "399"),
    )


def _standings() -> tuple[ReturnDispute, ...]:
    line = disputes.line_of("info_requested")
    waits = "The carrier’s clock stands still until you answer."
    return (
        ReturnDispute(clock=disputes.clocks()[1], raise_href="#"),
        ReturnDispute(refused=OVER),
        ReturnDispute(disputes.clocks()[2], "", "", line.state, "D-1187", "#", waits),
    )
