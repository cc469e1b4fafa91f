"""Reads the rows that say what the answers mean, the review policy and the synonym lists."""

from collections.abc import Mapping
from typing import Literal

from qcportal.language import gettext as _
from qcportal.rules.answer_cells import (
    MAX_CELL,
    RESULT_WORDS,
    AnswerCellError,
    AnswerTest,
    read_answer_cell,
)
from qcportal.rules.book import CheckSpec, DecidedVerdict, Decision, ReviewPolicy, Table
from qcportal.rules.check_reading import read_key
from qcportal.rules.comparators import letters_of
from qcportal.rules.facts import nearest
from qcportal.rules.places import Place
from qcportal.rules.row_reading import MAX_CELLS, read_table_name

MAX_SAY = 300
MAX_LISTS = 20
MAX_GROUPS = 500
MAX_WORDS = 30
MAX_WORD = 60
MAX_ALL_WORDS = 5000  # in all lists of one book together
MAX_MINUTES = 24 * 60

_VERDICTS: Mapping[str, DecidedVerdict] = {
    "pass": "pass", "fail": "fail", "needs_review": "needs_review"
}  # fmt: skip
_DEFAULTS: Mapping[str, Literal["pass", "fail"]] = {"pass": "pass", "fail": "fail"}


def read_decision(
    place: Place, tables: Mapping[str, Table], checks: Mapping[str, CheckSpec]
) -> Decision:
    """Read one row of what the answers mean; `checks` are all that the book asks, by key."""
    if not place.is_object(("id", "table", "answers", "verdict", "say")):
        return Decision("", "needs_review")
    return Decision(
        id=read_key(place.at("id")),
        verdict=_VERDICTS.get(place.at("verdict").word(_VERDICTS, what="verdict"), "needs_review"),
        say=place.at("say").text(most=MAX_SAY, default=""),
        table=read_table_name(place.at("table"), tables),
        answers=_answers(place.at("answers"), checks),
    )


def read_review(place: Place) -> ReviewPolicy | None:
    """Read how long the merchant may decide, 1 to 1440 minutes, and what holds after."""
    if place.is_missing or not place.is_object(("minutes", "default")):
        return None
    return ReviewPolicy(
        minutes=place.at("minutes").count(least=1, most=MAX_MINUTES, default=30),
        default=_DEFAULTS.get(
            place.at("default").word(_DEFAULTS, what="default", default="fail"), "fail"
        ),
    )


def read_lists(place: Place) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Read the lists of words that mean the same, by name."""
    if _count_words(place.value) > MAX_ALL_WORDS:
        place.fault(
            "too_many",
            _(
                "All lists together have over %(n)s words",
                n=format(MAX_ALL_WORDS, ","),
            ),
        )
        return {}
    lists = {}
    for key, inner in place.entries(most=MAX_LISTS):
        name = read_key(inner.named(key))
        groups = (_group(group) for group in inner.items(most=MAX_GROUPS))
        lists[name] = tuple(groups)
    lists.pop("", None)
    return lists


def _answers(place: Place, checks: Mapping[str, CheckSpec]) -> Mapping[str, str]:
    return {
        key: cell
        for key, inner in place.entries(most=MAX_CELLS)
        if (cell := _answer(key, inner, checks)) is not None
    }


def _answer(key: str, place: Place, checks: Mapping[str, CheckSpec]) -> str | None:
    if key not in checks:
        near = nearest(key, list(checks))
        hint = _("did you mean %(word)s?", word=repr(near)) if near else _("ask it in a rule first")
        place.fault("unknown_check", _("No rule asks a check %(key)s", key=repr(key[:60])), hint)
        return None
    text = place.typed(most=MAX_CELL)
    try:
        test = read_answer_cell(checks[key], text) if text is not None else None
    except AnswerCellError as error:
        place.fault("cell", error.message, error.suggestion)
        return None
    if text is None or test is None:
        return None
    _check_masked(place, checks[key], test)
    return " ".join(text.split())


def _check_masked(place: Place, check: CheckSpec, test: AnswerTest) -> None:
    """Keep values out of the rows of a masked check: rows go to the phone."""
    if check.last_digits and (test.values or test.ranges):
        hint = _("one of: %(list)s", list=", ".join(RESULT_WORDS))
        place.fault("masked", _("The right answer to this check is masked, so name results"), hint)


def _count_words(sent: object) -> int:
    lists = sent.values() if isinstance(sent, Mapping) else ()
    groups = [group for each in lists if isinstance(each, list) for group in each]
    return sum(len(group) for group in groups if isinstance(group, list))


def _group(place: Place) -> tuple[str, ...]:
    unique: dict[str, str] = {}
    for each in place.items(most=MAX_WORDS):
        word = each.text(most=MAX_WORD)
        if word and not letters_of(word):
            each.fault("blank", _("This word has no letters or digits in it"))
        unique.setdefault(letters_of(word), word)
    unique.pop("", None)
    if len(unique) < 2:
        place.fault("too_few", _("A group names at least two words that mean the same"))
    return tuple(unique.values())
