"""Reads the form of a row's page: its checks and photos, and what its button says."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from qcportal.blueprints.rule_pages.typed_text import clean, field, given, listed
from qcportal.blueprints.showing.rules_check_fields import MASKED, WITH_SYNONYMS
from qcportal.rulebooks import editing
from qcportal.rulebooks.editing import JsonDocument
from qcportal.rules.check_types import CHECK_TYPES

MOST_CHECKS = 60
MOST_PHOTOS = 30
NEW_CHECK: dict[str, Any] = {"key": "", "type": "yes_no", "question": ""}
NEW_PHOTO: dict[str, Any] = {"key": "", "title": "", "kind": "photo"}


def read(document: JsonDocument, row_id: str, form: Mapping[str, str]) -> JsonDocument:
    """Put the form into the row; a row without the form's fields stays as it is."""
    changed = editing.copied(document)
    row = editing.find_row(changed, "rules", row_id)
    if row is None or "title" not in form:
        return changed
    row["title"], row["qc"] = field(form, "title"), field(form, "qc") or "full"
    old = row.get("checks") or []
    row["checks"] = [
        _check(form, place, old[place] if place < len(old) else {})
        for place in range(MOST_CHECKS)
        if f"c.{place}.key" in form
    ]
    row["photos"] = _photos(form, "row")
    _act(row, form.get("do", ""))
    _name(changed, row)
    return changed


def _check(form: Mapping[str, str], place: int, old: Mapping[str, Any]) -> dict[str, Any]:
    start = f"c.{place}"
    kind = field(form, f"{start}.type") or "yes_no"
    row = CHECK_TYPES.get(kind)
    check: dict[str, Any] = {
        "key": field(form, f"{start}.key"),
        "type": kind,
        "question": field(form, f"{start}.question"),
        "required": f"{start}.required" in form,
    }
    check |= given(
        help=clean(form.get(f"{start}.help", ""), lines=True),
        reason_code=_reason(form, start, kind, str(old.get("type", kind))),
        reference_images=_pictures(form, start),
        per_unit=f"{start}.per_unit" in form,
        photos=_photos(form, str(place)),
    )
    if row is None:
        return check
    if row.takes_choices:
        check["choices"] = listed(clean(form.get(f"{start}.choices", ""), lines=True))
    if row.takes_tolerance:
        check |= given(tolerance=_number(field(form, f"{start}.tolerance")))
    if row.expectation != "none":
        check |= given(expected=_expected(form, start))
    if kind in MASKED:
        check |= given(last_digits=_number(field(form, f"{start}.last_digits")))
    if kind in WITH_SYNONYMS:
        check |= given(synonyms=field(form, f"{start}.synonyms"))
    return check


def _reason(form: Mapping[str, str], start: str, kind: str, before: str) -> str:
    """Give the chosen reason, but not one that was only usual for the type before."""
    chosen = field(form, f"{start}.reason_code")
    row, old = CHECK_TYPES.get(kind), CHECK_TYPES.get(before)
    if row and old and kind != before and chosen == old.reason_code:
        return row.reason_code
    return chosen


def _expected(form: Mapping[str, str], start: str) -> dict[str, Any]:
    how = field(form, f"{start}.right")
    if how not in {"value", "from"}:
        return {}
    return {how: field(form, f"{start}.{how}")}


def _pictures(form: Mapping[str, str], start: str) -> object:
    if f"{start}.own_pictures" in form:
        return {"from": "reference_images"}
    return clean(form.get(f"{start}.addresses", ""), lines=True).split()


def _photos(form: Mapping[str, str], owner: str) -> list[dict[str, Any]]:
    places = (f"p.{owner}.{number}" for number in range(MOST_PHOTOS))
    return [_photo(form, start) for start in places if f"{start}.key" in form]


def _photo(form: Mapping[str, str], start: str) -> dict[str, Any]:
    slot: dict[str, Any] = {name: field(form, f"{start}.{name}") for name in ("key", "title")}
    slot |= {"kind": field(form, f"{start}.kind") or "photo"}
    slot |= given(
        hint=field(form, f"{start}.hint"), min_count=_number(field(form, f"{start}.min_count"))
    )
    return slot | {"required": f"{start}.required" in form}


def _number(text: str) -> int | float | str:
    """Give a typed number as one, and anything else as it is: the parser says what is wrong."""
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        return text
    if not math.isfinite(number):  # JSON has no such numbers
        return text
    return int(number) if number.is_integer() and abs(number) < 1e9 else number


def _act(row: dict[str, Any], do: str) -> None:
    name, _, place = do.partition(":")
    if name in _ACTIONS:
        _ACTIONS[name](row, place)


def _add_check(row: dict[str, Any], _place: str) -> None:
    row["checks"].append(dict(NEW_CHECK))


def _delete_check(row: dict[str, Any], place: str) -> None:
    _pop(row["checks"], place)


def _move_check(*, down: bool) -> Callable[[dict[str, Any], str], None]:
    def move(row: dict[str, Any], place: str) -> None:
        checks, at = row["checks"], int(place) if place.isdigit() else -1
        other = at + (1 if down else -1)
        if 0 <= at < len(checks) and 0 <= other < len(checks):
            checks[at], checks[other] = checks[other], checks[at]

    return move


def _add_photo(row: dict[str, Any], place: str) -> None:
    _slots(row, place).append(dict(NEW_PHOTO))


def _delete_photo(row: dict[str, Any], place: str) -> None:
    owner, _, number = place.partition(".")
    _pop(_slots(row, owner), number)


def _slots(row: dict[str, Any], owner: str) -> list[dict[str, Any]]:
    if owner == "row":
        found: list[dict[str, Any]] = row["photos"]
        return found
    checks = row["checks"]
    if not owner.isdigit() or int(owner) >= len(checks):
        return []
    slots: list[dict[str, Any]] = checks[int(owner)].setdefault("photos", [])
    return slots


def _pop(things: list[dict[str, Any]], place: str) -> None:
    if place.isdigit() and int(place) < len(things):
        things.pop(int(place))


def _name(document: JsonDocument, row: dict[str, Any]) -> None:
    """Give new checks and photos a key after their words; keys that exist never change."""
    rows = document.get("rules") or []
    checks = [check for each in rows for check in each.get("checks") or []]
    taken = {str(check.get("key", "")) for check in checks}
    for check in row["checks"]:
        if not check["key"] and check["question"]:
            check["key"] = editing.free_key(check["question"], taken, "check")
            taken.add(check["key"])
    slots = [slot for check in checks for slot in check.get("photos") or []]
    slots += [slot for each in rows for slot in each.get("photos") or []]
    used = {str(slot.get("key", "")) for slot in slots}
    own = [slot for check in row["checks"] for slot in check.get("photos") or []] + row["photos"]
    for slot in own:
        if not slot["key"] and slot["title"]:
            slot["key"] = editing.free_key(slot["title"], used, "photo")
            used.add(slot["key"])


_ACTIONS: Mapping[str, Callable[[dict[str, Any], str], None]] = {
    "add-check": _add_check,
    "delete-check": _delete_check,
    "up-check": _move_check(down=False),
    "down-check": _move_check(down=True),
    "add-photo": _add_photo,
    "delete-photo": _delete_photo,
}
