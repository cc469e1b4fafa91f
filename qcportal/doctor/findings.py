"""What the doctor says: one finding per thing it looked at, and how to mend it. Pure."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

COLUMN, WIDTH = 28, 110
ARROW = " " * COLUMN + "-> "


class Verdict(StrEnum):
    """How one thing was found; only `failed` keeps photos from arriving, or safe."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "FAILED"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: `said` is what was found and `mend` what to do about it."""

    check: str
    verdict: Verdict
    said: str
    mend: str = ""

    def as_json(self) -> dict[str, str]:
        """Give the finding for programs."""
        parts = {"check": self.check, "verdict": self.verdict.value.lower(), "said": self.said}
        return parts | ({"mend": self.mend} if self.mend else {})

    def as_lines(self) -> str:
        """Give the finding for people: a line, and under it the mend; both wrapped."""
        said = _wrapped(f"{self.verdict.value:<8} {self.check:<18} ", self.said)
        return "\n".join([said, *(_wrapped(ARROW, line) for line in self.mend.splitlines())])


def ok(check: str, said: str) -> Finding:
    """Find nothing wrong."""
    return Finding(check, Verdict.OK, said)


def warning(check: str, said: str, mend: str) -> Finding:
    """Find what works, but not for ever or not for everybody."""
    return Finding(check, Verdict.WARNING, said, mend)


def failed(check: str, said: str, mend: str) -> Finding:
    """Find what keeps photos from arriving, or from being safe."""
    return Finding(check, Verdict.FAILED, said, mend)


def skipped(check: str, why: str) -> Finding:
    """Say that something was not looked at."""
    return Finding(check, Verdict.SKIPPED, why)


def summary(findings: Sequence[Finding]) -> str:
    """Count the verdicts in a sentence."""
    counts = dict.fromkeys(Verdict, 0)
    for each in findings:
        counts[each.verdict] += 1
    told = [f"{number} {verdict.value}" for verdict, number in counts.items() if number]
    return ", ".join(told) + "."


def worst(findings: Sequence[Finding]) -> Verdict:
    """Give the worst verdict; what was skipped counts as nothing."""
    found = {each.verdict for each in findings}
    return next((v for v in (Verdict.FAILED, Verdict.WARNING) if v in found), Verdict.OK)


def _wrapped(lead: str, text: str) -> str:
    indent = " " * len(lead)
    # Addresses and commands are never broken: people copy them.
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=lead,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
