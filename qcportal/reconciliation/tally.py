"""What one cycle did, counted; kept as an event of a history of its own, for the health page."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from qcportal.errors import PortalError
from qcportal.photos.arrivals import Told

COUNTS = (
    "at", "dates", "left", "listed", "healed", "failed", "adopted", "pictured", "overdue",
)  # fmt: skip


@dataclass
class Tally:
    """The counts of one cycle; `left` are the dates that another machine was busy with.

    `told` counts what was unknown by its outcome. `failed` could not be looked at or written now,
    and `faults` says of whole dates why. `pictured` were held and not looked at until now.
    """

    heard: Callable[["Tally"], None] = lambda _tally: None
    at: str = ""
    dates: int = 0
    left: int = 0
    listed: int = 0
    failed: int = 0
    adopted: int = 0
    pictured: int = 0
    overdue: int = 0
    on_phone: int = 0
    seconds: float = 0.0
    told: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def healed(self) -> int:
        """Give how many versions became facts that no callback had told us."""
        return self.told.total() - self.told["gone"]

    @property
    def whole(self) -> bool:
        """Say whether everything that was to be looked at could be."""
        return not self.failed and not self.faults

    def tell(self) -> None:
        """Let whoever watches see how far it is."""
        self.heard(self)

    def note(self, fault: PortalError) -> None:
        """Keep why something could not be looked at, once."""
        if fault.detail not in self.faults:
            self.faults.append(fault.detail)

    def count_told(self, told: Sequence[Told]) -> None:
        """Count arrivals by what became of them."""
        self.told.update(each.outcome.value for each in told)

    def count_adopted(self, told: Sequence[Told]) -> None:
        """Count parked arrivals that found their photo."""
        self.adopted += sum(each.photo_id is not None for each in told)

    def as_json(self) -> dict[str, Any]:
        """Give the counts as a document."""
        counts = {name: getattr(self, name) for name in COUNTS}
        told = dict(sorted(self.told.items()))
        seconds, faults = round(self.seconds, 3), self.faults[:20]
        return {**counts, "on_phone": self.on_phone, "told": told, "seconds": seconds} | (
            {"faults": faults} if faults else {}
        )
