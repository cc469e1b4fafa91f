"""Disputes on several returns at once: which can, which cannot and why, then one more step."""

from dataclasses import dataclass

from qcportal.blueprints.shown.dispute_form import KindChoice
from qcportal.blueprints.shown.frame import Badge


@dataclass(frozen=True)
class BulkRow:
    """One ticked return; `why_not` says why it is left out, `points` what would be pointed at."""

    id: str
    product: str
    awb: str
    verdict: Badge
    href: str
    amount: str = ""
    points: str = ""
    why_not: str = ""
    number: str = ""


@dataclass(frozen=True)
class BulkPage:
    """`merchant/disputes_bulk.html`; `step` is fill, check or done.

    `error` says what is wrong with the words. `more_href` leads to all returns of the filter that
    the ticked ones came from, `more` tells how many those are.
    """

    step: str
    rows: tuple[BulkRow, ...]
    back: str
    kinds: tuple[KindChoice, ...] = ()
    kind: str = ""
    text: str = ""
    error: str = ""
    total: str = ""
    sent: bool = False
    more_href: str = ""
    more: int = 0

    @property
    def able(self) -> tuple[BulkRow, ...]:
        """Give the returns on which a dispute is raised."""
        return tuple(row for row in self.rows if not row.why_not)

    @property
    def unable(self) -> tuple[BulkRow, ...]:
        """Give the returns that are left out."""
        return tuple(row for row in self.rows if row.why_not)
