"""Rows that route an item: to photos only, or to no check at all; the strongest wins."""

from collections.abc import Sequence
from dataclasses import dataclass

from qcportal.rules.book import Because, Qc, Rule

_STRENGTH: tuple[Qc, ...] = ("full", "photos_only", "none")


@dataclass(frozen=True)
class Route:
    """How an item is checked, and the row that says so; None where no row routes it."""

    qc: Qc = "full"
    by: Because | None = None

    @property
    def to_photos(self) -> str:
        """Say why a question is asked by photo only; empty where it is not."""
        return f"{self._row} asks for photos only" if self.qc == "photos_only" else ""

    @property
    def to_nothing(self) -> str:
        """Say why nothing is asked; empty where something is."""
        return f"{self._row} lets this item go without a check" if self.qc == "none" else ""

    @property
    def _row(self) -> str:
        return f"“{self.by.title}”" if self.by else "The rulebook"


FULL = Route()


def choose_route(rules: Sequence[Rule]) -> Route:
    """Choose among the rows that fit an item; of equally strong ones the first gives the reason."""
    routing = [rule for rule in rules if rule.qc != "full"]
    if not routing:
        return FULL
    strongest = max(routing, key=lambda rule: _STRENGTH.index(rule.qc))
    return Route(strongest.qc, strongest.because)
