"""What a fault run comes to: one line of JSON, and whether everything held."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from qcportal.demo.chaos.counting import Count
from qcportal.demo.chaos.kinds import Tally


@dataclass(frozen=True)
class Verdict:
    """The whole run; `faults` names what else went wrong than losses."""

    seed: int
    database: str
    plan: str
    count: Count
    tally: Tally
    seconds: float
    more: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Tell whether nothing was lost, doubled or misattributed, and every kind was injected."""
        count = self.count
        wrong = count.lost + count.duplicated + count.misattributed
        whole = count.acked == count.verified + count.refused
        return not wrong and not self.faults and not self.tally.missing() and whole

    def as_line(self) -> str:
        """Give it as one line of JSON."""
        names = ("photos", "acked", "verified", "lost", "duplicated", "misattributed")
        counts = {name: getattr(self.count, name) for name in names}
        told = {"seed": self.seed, "database": self.database, **counts}
        told |= {
            "refused": self.count.refused,
            "faults": self.tally.as_json(),
            "seconds": round(self.seconds, 1),
        }
        return json.dumps(told | {"plan": self.plan, **self.more, "wrong": [*self.faults]})


def unexplained(report: Mapping[str, Any], deleted: set[tuple[str, str]]) -> list[str]:
    """Name the offences of a verification that are not about versions which the run deleted."""
    found = []
    for invariant, told in report["invariants"].items():
        for kind, number in told["kinds"].items():
            first = [each for each in told["first"] if each["kind"] == kind]
            ours = all(_place(each) in deleted for each in first)
            if kind not in {"kept_file_gone", "evidence_gone"} or not ours or number > len(deleted):
                found.append(f"{invariant} {kind}: {number}, first {first[:2]}")
    return found


def named(report: Mapping[str, Any], kind: str) -> set[tuple[str, str]]:
    """Give the versions that a verification names for a kind of offence."""
    offences: Iterable[Any] = report["invariants"]["I1"]["first"]
    return {_place(each) for each in offences if each["kind"] == kind}


def _place(offence: Mapping[str, str]) -> tuple[str, str]:
    return offence.get("key", ""), offence.get("version", "")
