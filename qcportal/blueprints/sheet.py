"""The component sheet at `/_ui`, for development only: every macro in every state."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, render_template
from markupsafe import Markup

from qcportal.blueprints import (
    chart_examples,
    claim_examples,
    desk_examples,
    dispute_examples,
    grid_examples,
    part_examples,
    rule_examples,
)
from qcportal.blueprints.access import ANYONE, permission
from qcportal.blueprints.shown import verdicts
from qcportal.blueprints.shown.deciding import OverrideView, ReviewView
from qcportal.blueprints.shown.frame import (
    MERCHANT_NAV,
    Badge,
    Fact,
    Frame,
    Kpi,
    Note,
    Task,
    counted,
)
from qcportal.blueprints.shown.photos import WORDS, PhotoState, PhotoView, ShownAs
from qcportal.blueprints.shown.return_page import (
    CheckView,
    Event,
    ItemView,
    Place,
    Reference,
    Verdict,
    Why,
)
from qcportal.blueprints.shown.returns_list import tabs

sheet = Blueprint("sheet", __name__)

_TAKEN = datetime(2026, 11, 22, 5, 12, 16, tzinfo=UTC)
_NOTES = {
    PhotoState.LATE: "Phone last seen 4 h ago",
    PhotoState.MISSING: "Phone not seen for 48 h",
    PhotoState.REFUSED: "Bytes differ from what was announced",
    PhotoState.EXPECTED: "The check has not started",
}


@sheet.get("/_ui")
@permission(ANYONE)
def components() -> str:
    """Show every component in every state."""
    checks, door = _checks(), _example("door-640.webp")
    return render_template(
        "sheet/components.html",
        frame=_frame(),
        words=WORDS,
        photos=[_photo(state) for state in PhotoState],
        apart=apart,
        files=_files(),
        return_badges=verdicts.RETURN_BADGES,
        tabs=tabs({"all": 1284, "failed": 96, "passed": 1176, "needs_review": 4, "on_the_way": 9}),
        kpis=_kpis(),
        notes=_notes(),
        tasks=_tasks(),
        facts=_facts(),
        events=_events(),
        checks=checks,
        items=(ItemView("Insulated bottle", "BTL-750", checks[0].badge, checks, "Version 4"),),
        verdicts=_verdicts(),
        reviews=_reviews(),
        overrides=_overrides(),
        places=(Place(12, 8), Place(240)),
        **chart_examples.parts(),
        **claim_examples.parts(door),
        **desk_examples.parts(door, checks[1]),
        **dispute_examples.parts(door),
        **grid_examples.parts(),
        **part_examples.parts(_photo(PhotoState.HERE)),
        **rule_examples.parts(_example("catalogue-640.webp")),
    )


def apart(name: str, *, caller: Callable[[], str]) -> Markup:
    """Put a name before every id and into every landmark of a part that is shown in more states."""
    named = r'(\s(?:id|for|form|aria-labelledby|aria-describedby|data-counter)=")([^"]+)"'
    markup = re.sub(named, lambda found: f'{found[1]}{_named(name, found[2])}"', str(caller()))
    markup = re.sub(r'(aria-labelledby="[^"]+)"', rf'\1 {name}-part"', markup)
    markup = re.sub(r'(<nav[^>]* aria-label="[^"]+)"', rf'\1: {name}"', markup)
    markup = markup.replace('href="#', f'href="#{name}-')
    words = f'<span id="{name}-part" hidden>{name}</span>' if "aria-labelledby" in markup else ""
    return Markup(markup + words)  # noqa: S704  # macros made it


def _named(name: str, ids: str) -> str:
    return " ".join(f"{name}-{each}" for each in ids.split())


def _example(name: str) -> str:
    address: Any = current_app.jinja_env.globals["asset_url"]
    return str(address(f"example/{name}"))


def _photo(state: PhotoState) -> PhotoView:
    here = {320: "door-320.webp", 640: "door-640.webp", 1200: "door-1200.webp"}
    seen = state in (PhotoState.HERE, PhotoState.HERE_FAILED, PhotoState.CONFLICT)
    return PhotoView(
        id=state.value,
        state=state,
        label="Dents or scratches",
        alt="Door photo: dents or scratches",
        urls={width: _example(name) for width, name in here.items()} if seen else {},  # type: ignore[misc]
        preview_url=_example("blur.webp"),
        taken_at=_TAKEN,
        arrived_at=_TAKEN + timedelta(seconds=15) if seen else None,
        distance_m=12,
        note=_NOTES.get(state, ""),
    )


def _files() -> tuple[PhotoView, ...]:
    seen = _photo(PhotoState.HERE)
    kinds: tuple[tuple[ShownAs, str], ...] = (
        ("player", "Opening the box"),
        ("sound", "Note of the executive"),
        ("download", "Invoice"),
    )
    return tuple(replace(seen, id=kind, label=label, shown_as=kind) for kind, label in kinds)


def _checks() -> tuple[CheckView, ...]:
    picture = Reference(_example("catalogue-640.webp"), _example("catalogue-640.webp"), "As sold")
    outcomes = (
        ("match", PhotoState.HERE, "No", ""),
        ("mismatch", PhotoState.HERE_FAILED, "Yes", "Dent on the lower side"),
        ("match", PhotoState.ON_THE_WAY, "No", ""),
        ("not_checked", PhotoState.MISSING, "", ""),
        ("pending", PhotoState.EXPECTED, "", ""),
        ("not_applicable", None, "", ""),
    )
    return tuple(
        CheckView(
            number=number,
            short="Dents, marks",
            question="Dents or scratches?",
            badge=verdicts.check_badge(outcome, required=True),
            answer=answer,
            expected="No" if answer else "",
            remarks=remarks,
            photos=(_photo(state),) if state else (),
            reference=picture,
            why=(Why("Every item"), Why("Dear bottles", "price at least 10000")),
            rulebook="Bottles, version 4",
            explanation="Found “navy”, expected “blue”." if answer else "",
            differs="The phone said “As expected”." if remarks else "",
        )
        for number, (outcome, state, answer, remarks) in enumerate(outcomes, 1)
    )


def _frame() -> Frame:
    nav = counted(MERCHANT_NAV, {"merchant.returns_list": 3})
    return Frame(nav=nav, section="merchant.home", person="Fern Home", role="Merchant")


def _kpis() -> tuple[Kpi, ...]:
    return (
        Kpi("Checked at the door", 1284, "61 today", spark=(31, 36, 33, 42, 38, 47, 61)),
        Kpi("Failed", 96, "7.5% of returns", "fail", "/_ui", (6, 5, 7, 4, 8, 10, 9)),
        Kpi("Photos on the way", 9, "Usually here in 6 min", "wait", "/_ui", (4, 3, 5, 2, 9)),
        Kpi("Photos missing", 0, "None in 30 days", "miss"),
        Kpi("Here within 6 m", 0, "target 97%", "late", "", (96.9, 98.1, 95.2), text="96.4%"),
    )


def _notes() -> tuple[Note, ...]:
    return (
        Note("wait", "cloud-upload", "3 new returns.", href="/_ui", link="Show them"),
        Note("late", "clock-alert", "Not connected.", "You see the page as it was at 14:20."),
        Note("fail", "circle-alert", "There is a problem.", "Choose at least one return."),
        Note("", "shield-check", "Saved.", "The run sheet has 4 returns."),
    )


def _tasks() -> tuple[Task, ...]:
    return (
        Task("circle-x", "fail", "3 returns failed today", "Look at the photos", "/_ui"),
        Task("image-off", "miss", "2 photos are missing", "Given up after 48 hours", "/_ui"),
    )


def _facts() -> tuple[Fact, ...]:
    return (
        Fact("Picked up by", "Ravi K. · phone R-014"),
        Fact("Photo seal", "6 of 6 match", "shield-check", ""),
        Fact("Digest", "9f2c 41aa", mono=True),
    )


def _events() -> tuple[Event, ...]:
    return (
        Event("Waiting for 1 photo", _TAKEN, "Cleaning brush", "wait", strong=True),
        Event("Failed quality check", _TAKEN, "rule 3", "fail", strong=True),
        Event("6 photos arrived", _TAKEN),
    )


def _verdicts() -> tuple[Verdict, ...]:
    return (
        Verdict("fail", "x", "Failed at the door", "Customer keeps the item.", "Rule 3.", "Dents."),
        Verdict("pass", "circle-check", "Passed at the door", "Picked up at 10:43."),
        Verdict("", "circle-question-mark", "Needs a look", "A person decides."),
    )


def _reviews() -> tuple[ReviewView, ...]:
    soon = Badge("late", "clock-alert", "3 min left")
    calm = Badge("", "clock", "No time limit")
    return (
        ReviewView("1", "Fern bottle", soon, "No IMEI was read.", "Then: take it.", action="#"),
        ReviewView("2", "Coral mug", calm, "A chip on the rim.", pieces="Piece 2 of 3."),
    )


def _overrides() -> tuple[OverrideView, ...]:
    held = verdicts.ITEM_BADGES["fail"]
    wrong = OverrideView("2", "Coral mug", held, "#", 1, "Too short", "Give a longer reason.")
    return (OverrideView("1", "Fern bottle", held, "#", 0), wrong)
