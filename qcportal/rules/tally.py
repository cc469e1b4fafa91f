"""Counts what a draft changes over many returns, with some of the returns as examples."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from qcportal.rules.book import RulebookDocument
from qcportal.rules.rerun import Rerun, return_outcome

MOST_EXAMPLES = 200


class Tally:
    """Adds up returns; `as_json` gives it all, and a tally made of that goes on from there."""

    def __init__(self, book: RulebookDocument, so_far: Mapping[str, Any] | None = None) -> None:
        known = so_far or {}
        self.returns: int = known.get("returns", 0)
        self._counts = Counter[str](known.get("counts", {}))
        self._matrix: dict[str, Counter[str]] = {
            before: Counter(after) for before, after in known.get("verdicts", {}).items()
        }
        self._rules = Counter[str]({rule.id: 0 for rule in book.rules} | known.get("rows", {}))
        self._checks: dict[str, Counter[str]] = {
            key: Counter({name: each[name] for name in ("added", "removed", "changed")})
            for key, each in known.get("checks", {}).items()
        }
        self._questions = {key: each["question"] for key, each in known.get("checks", {}).items()}
        self._questions |= {check.key: check.question for r in book.rules for check in r.checks}
        self._examples: dict[str, list[list[str]]] = dict(known.get("examples", {}))

    def add(self, return_id: str, awb: str, items: Sequence[Rerun]) -> None:
        """Count one return with the items of it that were to be checked."""
        self.returns += 1
        for item in items:
            self._add_item(item)
        example = [return_id, awb]
        if any(not item.same_checklist for item in items):
            self._counts["returns_asked_otherwise"] += 1
            self._keep("checklists", example)
        before = [item.before for item in items if item.before is not None]
        after = [item.after for item in items if item.after is not None]
        if not before:
            return
        self._counts["inspected"] += 1
        was, becomes = return_outcome(before), return_outcome(after)
        self._matrix.setdefault(was, Counter())[becomes] += 1
        if was != becomes:
            self._counts["verdicts_differ"] += 1
            self._keep(kind_of(was, becomes), example)

    def as_json(self) -> dict[str, Any]:
        """Give the counts as JSON.

        `verdicts` counts returns by what they were and what they become, `rows` the items that
        fit each row of the draft, `checks` how often each question is added, removed or changed,
        `examples` holds up to 200 returns (`[id, awb]`) of the kind `checklists` and of each kind
        that `kind_of` gives.
        """
        return {
            "returns": self.returns,
            "counts": dict(self._counts),
            "verdicts": {before: dict(after) for before, after in self._matrix.items()},
            "rows": dict(self._rules),
            "checks": {
                key: {"question": self._questions[key], **_changes(counts)}
                for key, counts in self._checks.items()
            },
            "examples": self._examples,
        }

    def _add_item(self, item: Rerun) -> None:
        self._counts["items"] += 1
        self._counts["checklists_same" if item.same_checklist else "checklists_differ"] += 1
        self._counts["photos_added"] += item.photos_added
        self._counts["photos_removed"] += item.photos_removed
        self._rules.update(item.rules)
        for name in ("added", "removed", "changed"):
            for key in getattr(item, name):
                self._checks.setdefault(_plain(key), Counter())[name] += 1
        for key, question in zip(item.removed, item.removed_questions, strict=True):
            self._questions.setdefault(_plain(key), question)

    def _keep(self, kind: str, example: list[str]) -> None:
        kept = self._examples.setdefault(kind, [])
        if len(kept) < MOST_EXAMPLES:
            kept.append(example)


def kind_of(was: str, becomes: str) -> str:
    """Name the kind of returns that go from one verdict to another: `passed-to-failed`."""
    return f"{was}-to-{becomes}".replace("_", "-")


def _plain(key: str) -> str:
    """Give the question's key: the third piece's `tag_3` is the same question as `tag`."""
    return key.partition("_")[0]


def _changes(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in ("added", "removed", "changed")}
