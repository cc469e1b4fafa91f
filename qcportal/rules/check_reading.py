"""Reads one check and its photo slots out of a rulebook document."""

import re
from collections.abc import Collection

from qcportal.language import gettext as _
from qcportal.rules import canonical
from qcportal.rules.book import CheckSpec, Expectation, SlotSpec
from qcportal.rules.check_types import CHECK_TYPES, REASON_CODES, CheckType, as_text
from qcportal.rules.comparators import Expected, letters_of
from qcportal.rules.facts import Fact, find_fact, suggest_fact
from qcportal.rules.places import Place

MAX_KEY = 32
MAX_QUESTION = 500
MAX_HELP = 1000
MAX_CHOICES = 50
MAX_SLOTS = 20
MAX_PHOTOS_A_SLOT = 10
MAX_IMAGES = 10
LEAST_DIGITS, MOST_DIGITS = 3, 8
SHOWN_TO_PHONES = frozenset({"sku", "name", "brand", "quantity", "city", "pincode"})
RESERVED_PREFIXES = ("q-", "visual-")  # slots of ad-hoc questions and of checks turned visual

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_URL = re.compile(r"https?://[^\s<>\"'\\]{1,2000}")
_CHECK_KEYS = (
    "key", "type", "question", "help", "required", "expected", "choices", "tolerance",
    "reference_images", "reason_code", "photos", "per_unit", "last_digits", "synonyms",
)  # fmt: skip


def read_key(place: Place) -> str:
    """Read a key of lower-case letters, digits and single hyphens, 1 to 32 long."""
    key = place.text(most=200)
    if key and (len(key) > MAX_KEY or not _KEY.fullmatch(key)):
        better = canonical.slug(key)[:MAX_KEY].strip("-")
        hint = f"did you mean {better!r}?" if better else None
        place.fault("bad_key", _("A key is a-z, 0-9 and hyphens, at most 32 characters"), hint)
        return ""
    if key.startswith(RESERVED_PREFIXES):
        place.fault(
            "reserved_key",
            _(
                "Keys that start with %(list)s are ours",
                list=" or ".join(RESERVED_PREFIXES),
            ),
        )
        return ""
    return key


def read_slots(place: Place, kinds: Collection[str]) -> tuple[SlotSpec, ...]:
    """Read a list of photo slots, at most 20."""
    return tuple(_slot(each, kinds) for each in place.items(most=MAX_SLOTS))


def read_check(place: Place, kinds: Collection[str]) -> CheckSpec:
    """Read one check; what its type needs is looked up in CHECK_TYPES."""
    if not place.is_object(_CHECK_KEYS):
        return CheckSpec("", "", "")
    type_name = place.at("type").word(CHECK_TYPES, what="check type")
    row = CHECK_TYPES.get(type_name)
    choices = _choices(place.at("choices"), row)
    images, source = _reference_images(place.at("reference_images"))
    photos = read_slots(place.at("photos"), kinds)
    expected = _expected(place.at("expected"), row, choices)
    if row and row.needs_photo and not place.at("photos").value:
        place.fault(
            "needs_photo",
            _("A %(type_name)s check needs at least one slot in 'photos'", type_name=type_name),
        )
    return CheckSpec(
        key=read_key(place.at("key")),
        type=type_name,
        question=place.at("question").text(most=MAX_QUESTION),
        help=place.at("help").text(most=MAX_HELP, default=""),
        required=place.at("required").flag(default=True),
        expected=expected,
        choices=choices,
        tolerance=_tolerance(place.at("tolerance"), row),
        reference_images=images,
        reference_source=source,
        reason_code=place.at("reason_code").word(
            REASON_CODES, what="reason code", default=row.reason_code if row else ""
        ),
        photos=photos,
        per_unit=place.at("per_unit").flag(default=False),
        last_digits=_last_digits(place.at("last_digits"), row, expected),
        synonyms=_synonyms(place.at("synonyms"), row),
    )


def _slot(place: Place, kinds: Collection[str]) -> SlotSpec:
    if not place.is_object(("key", "title", "kind", "min_count", "required", "hint")):
        return SlotSpec("", "", "")
    return SlotSpec(
        key=read_key(place.at("key")),
        title=place.at("title").text(most=120),
        kind=place.at("kind").word(kinds, what="capture kind"),
        min_count=place.at("min_count").count(least=1, most=MAX_PHOTOS_A_SLOT, default=1),
        required=place.at("required").flag(default=True),
        hint=place.at("hint").text(most=300, default=""),
    )


def _choices(place: Place, row: CheckType | None) -> tuple[str, ...]:
    choices = tuple(each.text(most=100) for each in place.items(most=MAX_CHOICES))
    if row is None or not row.takes_choices:
        if row and choices:
            place.fault("not_for_this_type", _("A %(name)s check takes no choices", name=row.name))
        return ()
    if len(choices) < 2 and (place.is_missing or isinstance(place.value, list)):
        place.fault("too_few", _("A choice needs at least two choices"))
    if len({letters_of(each) for each in choices}) < len(choices):
        place.fault("duplicate_choice", _("Two choices differ only in case, spaces or punctuation"))
    return choices


def _tolerance(place: Place, row: CheckType | None) -> float:
    if row and not row.takes_tolerance and not place.is_missing:
        place.fault("not_for_this_type", _("A %(name)s check takes no tolerance", name=row.name))
        return 0.0
    return place.number(least=0, most=1e9, default=0.0)


def _last_digits(place: Place, row: CheckType | None, expected: Expectation | None) -> int:
    if place.is_missing or place.value == 0 or row is None:
        return 0
    if not row.can_be_masked:
        place.fault("not_for_this_type", _("A %(name)s check cannot be masked", name=row.name))
    elif expected is not None and expected.source in SHOWN_TO_PHONES:
        hint = _("mask an attribute, or leave last_digits out")
        place.fault(
            "not_secret",
            _("The executive sees the %(source)s anyway", source=expected.source),
            hint,
        )
    return place.count(least=LEAST_DIGITS, most=MOST_DIGITS, default=0)


def _synonyms(place: Place, row: CheckType | None) -> str:
    if place.is_missing or row is None:
        return ""
    if not row.takes_synonyms:
        place.fault("not_for_this_type", _("A %(name)s check takes no synonyms", name=row.name))
    return read_key(place)


def _reference_images(place: Place) -> tuple[tuple[str, ...], str]:
    if isinstance(place.value, dict):
        return (), _source(place, ("list",))
    return tuple(_url(each) for each in place.items(most=MAX_IMAGES)), ""


def _url(place: Place) -> str:
    url = place.text(most=2000)
    if url and not is_url(url):
        place.fault("bad_url", _("This must be a web address that starts with https://"))
    return url


def is_url(text: str) -> bool:
    """Tell whether the text can stand as the address of a picture."""
    return _URL.fullmatch(text) is not None


def _expected(place: Place, row: CheckType | None, choices: tuple[str, ...]) -> Expectation | None:
    if row is None:
        return None
    if place.is_missing:
        if row.expectation == "required":
            hint = _('write "expected": {"from": "%(source)s"}', source=row.usual_source)
            place.fault(
                "missing", _("A %(name)s check needs to know what is right", name=row.name), hint
            )
        return Expectation(row.default) if row.default else None
    if row.expectation == "none":
        place.fault("not_for_this_type", _("A %(name)s check expects no value", name=row.name))
        return None
    if not isinstance(place.value, dict):
        hint = 'write {"value": ...} or {"from": "brand"}'
        place.fault("wrong_type", _("This must be an object"), hint)
        return None
    if "from" in place.value:
        return Expectation(source=_source(place, ("text", "number")))
    return Expectation(_fixed(place, row, choices))


def _fixed(place: Place, row: CheckType, choices: tuple[str, ...]) -> Expected | None:
    place.is_object(("value", "from"))
    inner = place.at("value")
    text = as_text(inner.value)
    if text is None or isinstance(inner.value, str):
        text = inner.text(most=200)
    value = row.read(text) if text else None
    if text and value is None:
        inner.fault("unusable", _("A %(name)s check cannot compare with this value", name=row.name))
    if value is not None and row.takes_choices and value not in choices:
        inner.fault(
            "not_a_choice", _("The right answer must be one of the choices, spelt the same")
        )
    return value


def _source(place: Place, types: tuple[str, ...]) -> str:
    place.is_object(("from",))
    inner = place.at("from")
    name = inner.text(most=60)
    if not name:
        return ""
    fact: Fact | None = find_fact(name)
    if fact is None:
        near = suggest_fact(name)
        hint = (
            _("did you mean %(word)s?", word=repr(near))
            if near
            else f"did you mean 'attributes.{name}'?"
        )
        inner.fault("unknown_fact", _("There is no fact %(name)s", name=repr(name)), hint)
        return ""
    if fact.type not in types:
        inner.fault(
            "wrong_fact_type",
            _(
                "%(name)s is a %(type)s; this needs a %(types)s",
                name=name,
                type=fact.type,
                types=types[0],
            ),
        )
    return name
