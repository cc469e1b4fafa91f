"""From a rulebook and one item's facts to the checklist: deterministic, and each check says why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qcportal.rules.asking import ask
from qcportal.rules.book import RulebookDocument
from qcportal.rules.checklist import Checklist
from qcportal.rules.facts import ItemFacts
from qcportal.rules.freezing import freeze_rows
from qcportal.rules.merging import merge
from qcportal.rules.questions import answer_questions
from qcportal.rules.routing import choose_route
from qcportal.rules.settling import Item, QuestionOutcome

QcScope = Literal["full", "partial", "none"]


@dataclass(frozen=True)
class Compiled:
    """A checklist and what became of everything that was wanted, rulebook checks first.

    `is_kept` tells that all is asked as it was wanted: what the rulebook itself routes to photos or
    to nothing is wanted so, a question of the merchant's that gives way to a route is not.
    """

    checklist: Checklist
    outcomes: tuple[QuestionOutcome, ...] = ()
    is_kept: bool = True

    @property
    def qc_scope(self) -> QcScope:
        """Full if all is asked as wanted, none if nothing is asked, partial in between."""
        if not self.checklist.asks:
            return "none"
        return "full" if self.is_kept else "partial"

    @property
    def is_routed_away(self) -> bool:
        """Tell whether nothing is asked because the rulebook wants it so."""
        return self.checklist.qc == "none" and not self.checklist.asks

    @property
    def is_honoured(self) -> bool:
        """Tell whether the merchant gets what it wants, be it the rulebook's route to no check."""
        return self.is_kept and (self.checklist.asks or self.is_routed_away)


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
    fitting = [rule for rule in book.rules if rule.fits(facts)]
    item = Item(facts, book.synonyms, choose_route(fitting))
    asked = ask(merge(fitting), item)
    own = answer_questions(questions, item)
    checklist = Checklist(
        rulebook_version=rulebook_version,
        checks=(*asked.checks, *own.checks),
        slots=(*asked.slots, *own.slots),
        units=max((check.unit for check in asked.checks), default=0) or 1,
        rows=freeze_rows(book, facts, {check.key: check for check in asked.checks}),
        review=book.review if asked.checks or own.checks else None,
        qc=item.route.qc,
        routed_by=item.route.by,
    )
    outcomes = (*asked.outcomes, *own.outcomes) or _of_silence(checklist, item)
    kept = asked.is_kept and all(each.outcome == "accepted" for each in own.outcomes)
    return Compiled(checklist, outcomes, kept)


def _of_silence(checklist: Checklist, item: Item) -> tuple[QuestionOutcome, ...]:
    """Say why nothing is asked, so that an empty checklist is never without a word."""
    if checklist.asks:
        return ()
    reason = item.route.to_nothing or "No row of the rulebook fits this item"
    return (QuestionOutcome("rulebook", "rejected", reason),)
