"""What the phone shows, built from the checklist in the very form in which the app gets it.

A right answer that the app must not know is not in that form, so it cannot be shown here either.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from qcportal.blueprints.shown.phone_view import (
    PhoneCheck,
    PhoneChoice,
    PhoneShot,
    PhoneView,
    Widget,
)
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext

ICONS = {"photo": "camera", "video": "video", "signature": "pen-line", "audio": "audio-lines"}
FIELDS = {
    "text_match": lazy_gettext("What it says"),
    "number": lazy_gettext("The number"),
    "serial_match": lazy_gettext("The serial number"),
    "imei_match": lazy_gettext("The IMEI, 15 digits"),
    "barcode_match": lazy_gettext("The bar code"),
}
LOOKED_AT = (("!match", lazy_gettext("Looks right")), ("!mismatch", lazy_gettext("Looks wrong")))
YES_NO = (("yes", lazy_gettext("Yes")), ("no", lazy_gettext("No")))


@dataclass(frozen=True)
class Steps:
    """What the screen is built with besides the checklist.

    `said` holds answers in words by check key, `chosen` the values of buttons. `open` is the check
    asked for, "" the first without an answer. `at` gives the address of a check, `answer` the one
    that gives an answer.
    """

    said: Mapping[str, str]
    chosen: Mapping[str, str]
    open: str
    at: Callable[[str], str]
    answer: Callable[[str, str], str]
    picture: str = ""
    dark: bool | None = None


def build(name: str, sent: Mapping[str, Any], steps: Steps) -> PhoneView:
    """Build the screen of one item from `Checklist.for_phone()`."""
    checks = list(sent["checks"])
    slots = {slot["key"]: slot for slot in sent["slots"]}
    current = _current(checks, steps)
    served = {key for check in checks for key in check["slots"]}
    shown = tuple(
        _check(check, number, sent, slots, current, steps) for number, check in enumerate(checks, 1)
    )
    return PhoneView(
        title=name or _("The item"),
        detail=_detail(sent, len(checks)),
        checks=shown,
        further=tuple(_shot(slot) for key, slot in slots.items() if key not in served),
        notice=_notice(sent),
        next_href=_next(checks, current, steps),
        waits_for=_waits_for(checks, current, steps),
        dark=steps.dark,
    )


def _current(checks: Sequence[Mapping[str, Any]], steps: Steps) -> str:
    keys = [check["key"] for check in checks]
    if steps.open in keys:
        return steps.open
    return next((key for key in keys if key not in steps.said), "")


def _check(
    check: Mapping[str, Any],
    number: int,
    sent: Mapping[str, Any],
    slots: Mapping[str, Mapping[str, Any]],
    current: str,
    steps: Steps,
) -> PhoneCheck:
    key, widget = check["key"], _widget(check)
    reference, note = _reference(check, steps)
    return PhoneCheck(
        number=number,
        question=check["question"],
        widget=widget,
        href=steps.at(key),
        help=check["help"],
        piece=piece_words(check.get("unit", 0), sent.get("units", 1)),
        required=check["required"],
        typed=_field(check) if widget == "typed" else "",
        field_href=f"#answer-{key}",
        choices=tuple(_choices(check, steps)) if widget != "typed" else (),
        shots=tuple(_shot(slots[name]) for name in check["slots"] if name in slots),
        reference=reference,
        reference_note=note,
        answer=steps.said.get(key, ""),
        is_open=key == current,
    )


def piece_words(unit: int, units: int) -> str:
    """Say which piece a check is for; nothing for one that counts for all of them."""
    return _("Piece %(n)s of %(total)s", n=unit, total=units) if unit else ""


def _widget(check: Mapping[str, Any]) -> Widget:
    if check["type"] == "photo_only":
        return "looked_at"
    return "choices" if check["type"] in {"yes_no", "choice"} else "typed"


def _choices(check: Mapping[str, Any], steps: Steps) -> list[PhoneChoice]:
    key = check["key"]
    pairs: Sequence[tuple[str, str]] = [(each, each) for each in check["choices"]]
    if check["type"] == "yes_no":
        pairs = YES_NO
    elif check["type"] == "photo_only":
        pairs = LOOKED_AT
    chosen = steps.chosen.get(key)
    return [PhoneChoice(text, steps.answer(key, value), value == chosen) for value, text in pairs]


def _field(check: Mapping[str, Any]) -> str:
    if last := check.get("last_digits", 0):
        return _("Only the last %(n)s characters", n=last)
    return FIELDS.get(check["type"], _("The answer"))


def _shot(slot: Mapping[str, Any]) -> PhoneShot:
    icon = ICONS.get(slot["kind"], "file")
    return PhoneShot(slot["title"], icon, slot["hint"], slot["required"])


def _reference(check: Mapping[str, Any], steps: Steps) -> tuple[str, str]:
    """Give the picture to compare with: ours where we hold one, else whose the app fetches."""
    if steps.picture:
        return steps.picture, ""
    for address in check["reference_images"]:
        return "", urlsplit(address).hostname or _("the store")
    return "", ""


def _detail(sent: Mapping[str, Any], count: int) -> str:
    units = sent.get("units", 1)
    told = [ngettext("%(num)s check", "%(num)s checks", count)]
    if units > 1:
        told.append(_("%(n)s pieces, each checked", n=units))
    return " · ".join(told)


def _notice(sent: Mapping[str, Any]) -> str:
    if sent.get("qc") == "none":
        return _("No check. Pick the item up as it is.")
    if sent.get("qc") == "photos_only":
        return _("Photos only. Nothing here fails the item.")
    return "" if sent["checks"] or sent["slots"] else _("Nothing is asked of this item.")


def _next(checks: Sequence[Mapping[str, Any]], current: str, steps: Steps) -> str:
    if current not in steps.said:
        return ""
    keys = [check["key"] for check in checks]
    later = keys[keys.index(current) + 1 :] + keys[: keys.index(current)]
    waiting = next((key for key in later if key not in steps.said), "")
    return steps.at(waiting) if waiting else ""


def _waits_for(checks: Sequence[Mapping[str, Any]], current: str, steps: Steps) -> str:
    check = next((each for each in checks if each["key"] == current), None)
    if check is None or current in steps.said:
        return ""
    if _widget(check) == "typed":
        return (
            _("Take the photo, then type what you read.")
            if check["slots"]
            else _("Type what you read.")
        )
    return _("Take the photo, then answer.") if check["slots"] else _("Answer.")
