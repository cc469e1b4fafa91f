"""The two cards beside a decision table: try its answers, and what the draft would change."""

from dataclasses import dataclass

from qcportal.blueprints.rule_pages import books, dry_runs
from qcportal.blueprints.rule_pages.saving import Desk
from qcportal.blueprints.showing import dry_run, try_card
from qcportal.blueprints.showing.try_state import TryState
from qcportal.blueprints.shown.dry_runs import WouldChangeCard
from qcportal.blueprints.shown.try_it import TryItCard


@dataclass(frozen=True)
class Beside:
    """What stands beside a table."""

    trying: TryItCard
    changing: WouldChangeCard


def cards(desk: Desk, table: str) -> Beside:
    """Give the cards of a table ("" for the rows of every item) as the desk has it."""
    state = TryState(book=books.name_of(desk))
    return Beside(
        trying=try_card.build(books.of_desk(desk), table, state, desk.door.url),
        changing=dry_run.card(dry_runs.ground_of(desk.door, desk.merchant)),
    )
