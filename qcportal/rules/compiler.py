"""From a rulebook and one item's facts to the checklist: deterministic, and each check says why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from qcportal.rules.book import CheckSpec, Rule, RulebookDocument, SlotSpec
from qcportal.rules.checklist import Because, Check, Checklist, Slot
from qcportal.rules.conditions import compile_condition
from qcportal.rules.facts import ItemFacts
from qcportal.rules.questions import answer_questions
from qcportal.rules.settling import QuestionOutcome, Wanted, outcome_of, settle

QcScope = Literal["full", "partial", "none"]


@dataclass(frozen=True)
class Compiled:
    """A checklist and what became of everything that was wanted, rulebook checks first."""

    checklist: Checklist
    outcomes: tuple[QuestionOutcome, ...] = ()

    @property
    def qc_scope(self) -> QcScope:
        """Full if all is asked as wanted, none if nothing is asked, partial in between."""
        if not self.checklist.checks and not self.checklist.slots:
            return "none"
        kept = all(outcome.outcome == "accepted" for outcome in self.outcomes)
        return "full" if kept else "partial"


class _Photo(NamedTuple):
    """A slot as the rules want it together, and the first check that asked for it."""

    spec: SlotSpec
    check_key: str | None


def compile_checklist(
    book: RulebookDocument,
    facts: ItemFacts,
    *,
    rulebook_version: int,
    questions: Sequence[object] = (),
) -> Compiled:
    """Compile the rules that apply to the item, then the merchant's own questions for it.

    A check that several rules ask is one check: required if any rule requires it, with all those
    rules as its reasons, in document order. `questions` are raw, as `answer_questions` takes them.
    """
    rules = [rule for rule in book.rules if compile_condition(rule.when).matches(facts)]
    photos = _merge_photos(rules)
    settled = [settle(wanted, facts) for wanted in _merge_checks(rules, photos)]
    asked = answer_questions(questions, facts)
    checks: list[Check] = [*(each.check for each in settled), *asked.checks]
    slots = [slot for photo in photos.values() for slot in _expand(photo)]
    slots += [each.added for each in settled if each.added]
    outcomes = [outcome_of(each.check.key, each) for each in settled]
    checklist = Checklist(rulebook_version, tuple(checks), (*slots, *asked.slots))
    return Compiled(checklist, (*outcomes, *asked.outcomes))


def _merge_photos(rules: Sequence[Rule]) -> dict[str, _Photo]:
    merged: dict[str, _Photo] = {}
    for rule in rules:
        for check in rule.checks:
            for slot in check.photos:
                _add_photo(merged, slot, check.key)
        for slot in rule.photos:
            _add_photo(merged, slot, None)
    return merged


def _add_photo(merged: dict[str, _Photo], slot: SlotSpec, check_key: str | None) -> None:
    known = merged.get(slot.key)
    if known is None:
        merged[slot.key] = _Photo(slot, check_key)
        return
    spec = replace(
        known.spec,
        min_count=max(known.spec.min_count, slot.min_count),
        required=known.spec.required or slot.required,
        hint=known.spec.hint or slot.hint,
    )
    merged[slot.key] = _Photo(spec, known.check_key or check_key)


def _merge_checks(rules: Sequence[Rule], photos: dict[str, _Photo]) -> list[Wanted]:
    asking: dict[str, list[tuple[Rule, CheckSpec]]] = {}
    for rule in rules:
        for check in rule.checks:
            asking.setdefault(check.key, []).append((rule, check))
    return [_merge(pairs, photos) for pairs in asking.values()]


def _merge(pairs: list[tuple[Rule, CheckSpec]], photos: dict[str, _Photo]) -> Wanted:
    keys = dict.fromkeys([slot.key for _, check in pairs for slot in check.photos])
    slots = [each for key in keys for each in photos[key].spec.expanded_keys()]
    reasons = [Because(rule.id, rule.title, rule.when) for rule, _ in pairs]
    return Wanted(
        spec=pairs[0][1],
        required=any(check.required for _, check in pairs),
        because=tuple(reasons),
        slots=tuple(slots),
    )


def _expand(photo: _Photo) -> list[Slot]:
    spec, keys = photo.spec, photo.spec.expanded_keys()
    return [
        Slot(
            key=key,
            title=spec.title if len(keys) == 1 else f"{spec.title} ({number} of {len(keys)})",
            kind=spec.kind,
            required=spec.required,
            check_key=photo.check_key,
            hint=spec.hint,
        )
        for number, key in enumerate(keys, 1)
    ]
