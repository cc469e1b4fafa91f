"""Builds the fields of one check and of one photo slot from the draft as typed."""

from collections.abc import Iterator
from typing import Any

from qcportal.blueprints.showing.rules_faults import Faults
from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.rules_row import CheckFields, FieldKind, PhotoFields, RuleField
from qcportal.blueprints.shown.rules_words import (
    REASON_WORDS,
    TYPE_OPTIONS,
    answer_words,
    list_words,
    short,
)
from qcportal.capture_kinds import SHIPPED
from qcportal.language import gettext as _
from qcportal.rules.check_types import CHECK_TYPES, REASON_CODES, as_text
from qcportal.rules.synonyms import BUILT_IN

REASONS = tuple(Option(code, REASON_WORDS[code]) for code in sorted(REASON_CODES))
MASKED = ("serial_match", "imei_match", "barcode_match", "number", "text_match")
WITH_SYNONYMS = ("text_match", "choice")


def check_fields(check: dict[str, Any], place: int, at: str, given: "Given") -> CheckFields:
    """Build the fields of the check at this place; `at` is its JSON pointer."""
    start, faults = f"c.{place}", given.faults
    more = _more(check, start, at, given)
    question = str(check.get("question", ""))
    return CheckFields(
        place=place,
        key=RuleField(f"{start}.key", _("Key"), str(check.get("key", ""))),
        title=short(question, 60) or _("New check"),
        fields=_main(check, start, at, faults),
        more=more,
        photos=tuple(
            photo_fields(slot, f"{place}.{number}", f"{at}/photos/{number}", faults)
            for number, slot in enumerate(check.get("photos") or [])
        ),
        more_open=any(each.fault for each in more),
        fault=_other_fault(faults, at, check),
    )


class Given:
    """What the fields of all checks share: the faults, and the names of the lists of words."""

    def __init__(self, faults: Faults, document: dict[str, Any]) -> None:
        self.faults = faults
        names = sorted({*BUILT_IN, *(document.get("synonyms") or {})})
        self.lists = (
            Option("", _("The usual one")),
            *(Option(name, list_words(name)) for name in names),
        )


def photo_fields(slot: dict[str, Any], place: str, at: str, faults: Faults) -> PhotoFields:
    """Build the fields of one photo slot."""
    start = f"p.{place}"
    kinds = tuple(Option(kind, SHIPPED[kind].title) for kind in sorted(SHIPPED))
    return PhotoFields(
        place=place,
        number=int(place.rpartition(".")[2]) + 1,
        key=RuleField(f"{start}.key", _("Key"), str(slot.get("key", ""))),
        fields=(
            RuleField(f"{start}.title", _("What it shows"), str(slot.get("title", "")),
                      fault=faults.at(f"{at}/title")),
            RuleField(f"{start}.kind", _("Kind"), str(slot.get("kind", "photo")), "choice", kinds,
                      fault=faults.at(f"{at}/kind")),
            RuleField(f"{start}.min_count", _("How many"), str(slot.get("min_count", 1)), "number",
                      fault=faults.at(f"{at}/min_count")),
            RuleField(f"{start}.hint", _("Hint on the phone"), str(slot.get("hint", "")),
                      fault=faults.at(f"{at}/hint")),
            RuleField(f"{start}.required", _("Needed for a verdict"), kind="tick",
                      on=slot.get("required", True) is not False),
        ),
        fault=faults.at(at) or faults.at(f"{at}/key") if slot.get("title") else "",
    )  # fmt: skip


def _main(check: dict[str, Any], start: str, at: str, faults: Faults) -> tuple[RuleField, ...]:
    kind = str(check.get("type", "yes_no"))
    fields = [
        RuleField(f"{start}.question", _("Question"), str(check.get("question", "")),
                  fault=faults.at(f"{at}/question"), long=True),
        RuleField(f"{start}.type", _("Kind of answer"), kind, "choice", TYPE_OPTIONS,
                  fault=faults.at(f"{at}/type")),
    ]  # fmt: skip
    row = CHECK_TYPES.get(kind)
    if row is not None and row.takes_choices:
        choices = "\n".join(str(each) for each in check.get("choices") or [])
        fields.append(
            RuleField(f"{start}.choices", _("Choices, one a line"), choices, "area",
                      fault=faults.under(f"{at}/choices"))
        )  # fmt: skip
    if row is not None and row.expectation != "none":
        fields += _expected(check, start, at, faults)
    fields.append(
        RuleField(f"{start}.required", _("Required: a mismatch fails the item"), kind="tick",
                  on=check.get("required", True) is not False)
    )  # fmt: skip
    return tuple(fields)


def _expected(check: dict[str, Any], start: str, at: str, faults: Faults) -> list[RuleField]:
    expected = check.get("expected")
    given: dict[str, Any] = expected if isinstance(expected, dict) else {}
    how = "from" if "from" in given else "value" if "value" in given else ""
    kind = str(check.get("type", "yes_no"))
    usual = {"yes_no": _("Yes is right"), "choice": _("Nothing is compared")}
    options = (
        Option("", usual.get(kind, _("Choose"))),
        Option("value", _("This answer")),
        Option("from", _("What the item's data says")),
    )
    path = f"{at}/expected"
    fields = [
        RuleField(
            f"{start}.right", _("Right answer"), how, "choice", options, fault=faults.at(path)
        )
    ]
    if how == "value":
        fields.append(
            RuleField(f"{start}.value", _("The right answer"), *_right_answer(check, given),
                      fault=faults.at(f"{path}/value"))
        )  # fmt: skip
    if how == "from":
        fields.append(
            RuleField(f"{start}.from", _("From"), str(given.get("from", "")), list="facts",
                      hint=_("brand, mrp, attributes.colour …"), fault=faults.at(f"{path}/from"))
        )  # fmt: skip
    return fields


def _right_answer(
    check: dict[str, Any], given: dict[str, Any]
) -> tuple[str, FieldKind, tuple[Option, ...]]:
    """Give the value, and what it is picked from where the type of the check has such words.

    A value that is none of them, as after a choice was renamed, stays to be seen and corrected.
    """
    value = as_text(given.get("value")) or ""
    words = {"yes_no": ("yes", "no"), "choice": tuple(map(str, check.get("choices") or ()))}
    offered = [each for each in words.get(str(check.get("type", "yes_no")), ()) if each]
    if not offered:
        return value, "text", ()
    picked = [
        Option(each, answer_words(each) if each in words["yes_no"] else each) for each in offered
    ]
    if value not in offered:
        picked.insert(0, Option(value, value or _("Choose")))
    return value, "choice", tuple(picked)


def _more(check: dict[str, Any], start: str, at: str, given: Given) -> tuple[RuleField, ...]:
    kind, faults = str(check.get("type", "yes_no")), given.faults
    images = check.get("reference_images")
    addresses = "\n".join(images) if isinstance(images, list) else ""
    fields = [
        RuleField(f"{start}.help", _("Help for the person at the door"), str(check.get("help", "")),
                  "area", fault=faults.at(f"{at}/help")),
        RuleField(f"{start}.reason_code", _("A mismatch means"),
                  str(check.get("reason_code") or _usual_reason(kind)), "choice", REASONS,
                  fault=faults.at(f"{at}/reason_code")),
        RuleField(f"{start}.own_pictures", _("Compare with the item's own catalogue pictures"),
                  kind="tick", on=isinstance(images, dict)),
        *(
            [
                RuleField(f"{start}.addresses",
                          _("Addresses of pictures to compare with, one a line"),
                          addresses, "area", fault=faults.under(f"{at}/reference_images"))
            ]
            if not isinstance(images, dict)
            else []
        ),
        RuleField(f"{start}.per_unit", _("Ask once for each piece, when 2 to 20 come back"),
                  kind="tick", on=check.get("per_unit") is True, fault=faults.at(f"{at}/per_unit")),
    ]  # fmt: skip
    return (*fields, *_of_type(check, start, at, given))


def _of_type(check: dict[str, Any], start: str, at: str, given: Given) -> Iterator[RuleField]:
    kind, faults = str(check.get("type", "yes_no")), given.faults
    if kind == "number":
        yield RuleField(
            f"{start}.tolerance",
            _("May differ by"),
            str(check.get("tolerance", 0)),
            "number",
            fault=faults.at(f"{at}/tolerance"),
        )
    if kind in MASKED:
        yield RuleField(
            f"{start}.last_digits",
            _("Ask only for the last letters or digits"),
            str(check.get("last_digits") or ""),
            "number",
            hint=_("3 to 8; the phone is not told the right answer. Empty asks for all."),
            fault=faults.at(f"{at}/last_digits"),
        )
    if kind in WITH_SYNONYMS:
        yield RuleField(
            f"{start}.synonyms",
            _("Words that mean the same"),
            str(check.get("synonyms") or ""),
            "choice",
            given.lists,
            fault=faults.at(f"{at}/synonyms"),
        )


def _usual_reason(kind: str) -> str:
    row = CHECK_TYPES.get(kind)
    return row.reason_code if row else "PRODUCT_MISMATCH"


def _other_fault(faults: Faults, at: str, check: dict[str, Any]) -> str:
    """Say what is wrong with the check as a whole, or with its key if it has a question."""
    return faults.at(at) or (faults.at(f"{at}/key") if check.get("question") else "")
