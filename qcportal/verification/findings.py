"""What a verification found: offences by invariant, counts, and the report of both; pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

FIRST = 20

INVARIANTS: Mapping[str, str] = {
    "I1": "Every file that S3 took for a photo is that photo, pinned to one version, unchanged.",
    "I2": "No fact was ever changed: history and rows say the same.",
    "I3": "Nothing stands under another return or merchant.",
    "I4": "Whatever was refused, parked or disputed is counted where a person sees it.",
}
KINDS: Mapping[str, tuple[str, str]] = {
    "untold": ("I1", "S3 holds a version that we were never told of"),
    "not_adopted": ("I1", "it is parked although its photo is known"),
    "not_pinned": ("I1", "a fit version was told, and the photo holds none"),
    "pinned_to_another": ("I1", "the photo is pinned to another version than the first fit one"),
    "not_verified": ("I1", "the bytes are those announced, and the photo is not verified"),
    "evidence_gone": ("I1", "the version that is the evidence is not in the bucket"),
    "size_differs": ("I1", "the version in the bucket has another size than we were told"),
    "bytes_differ": ("I1", "the bytes in the bucket have another SHA-256 than we hold"),
    "fact_without_ground": ("I2", "a fact stands that does not follow from what was told"),
    "fact_changed": ("I2", "what the row holds differs from what was told of its version"),
    "fact_taken_back": ("I2", "the history tells a fact that the row does not hold"),
    "fact_untold": ("I2", "the row holds a fact that its history does not tell"),
    "evidence_swapped": ("I2", "the row holds other bytes than the history tells"),
    "moment_changed": ("I2", "the row tells another moment than the history"),
    "claims_changed": ("I2", "the phone claimed something else than the row says"),
    "answers_changed": ("I2", "the inspection or its answers are not those that were recorded"),
    "checklist_changed": ("I2", "the checklist is not the one that was frozen"),
    "photo_vanished": ("I2", "the history tells of a photo that has no row any more"),
    "no_history": ("I2", "a return has no history at all"),
    "broken_chain": ("I2", "a link of the history does not follow from the one before"),
    "cut_chain": ("I2", "the history ends elsewhere than its end on record"),
    "key_of_another": ("I3", "the key names another merchant, return or photo"),
    "return_of_another_merchant": ("I3", "the photo's return belongs to another merchant"),
    "item_of_another_return": ("I3", "it points at an item of another return"),
    "told_for_another_photo": ("I3", "it was told for another photo than its key's"),
    "sent_for_another_photo": ("I3", "it was sent with the form of another photo"),
    "history_of_another_merchant": ("I3", "a return's history stands under another merchant"),
    "line_of_another": ("I3", "a manifest's line stands under another executive or merchant"),
    "parked_unseen": ("I4", "it belongs to no photo and is not among the parked files"),
    "conflict_not_shown": ("I4", "two contents were told, and the photo shows no conflict"),
    "refusal_not_shown": ("I4", "an unfit version was told, and the photo shows no refusal"),
    "unreadable_not_shown": ("I4", "a file that cannot be opened is shown as a photo"),
    "kept_file_gone": ("I4", "people are shown a file that is not in the bucket any more"),
    "gone_unseen": ("I4", "a file vanished before we saw it, and nothing shows it as missing"),
    "announced_unlisted": ("I4", "a phone announced it, and no manifest's line counts it"),
    "unknown_outcome": ("I4", "it has an outcome that no page counts"),
    "counts_differ": ("I4", "the return shows other photo counts than its photos give"),
}


@dataclass(frozen=True)
class Offence:
    """One thing that does not hold; `where` names what is concerned."""

    kind: str
    where: Mapping[str, str]
    said: str = ""

    @property
    def invariant(self) -> str:
        """Give which invariant it breaks."""
        return KINDS[self.kind][0]

    def as_json(self) -> dict[str, str]:
        """Give it as a line of the report."""
        said = KINDS[self.kind][1] + (f": {self.said}" if self.said else "")
        return {"kind": self.kind, "said": said, **self.where}


@dataclass
class Report:
    """All that was found; only the first offences of each kind are kept, all are counted."""

    at: datetime
    since: date | None = None
    rehashed: bool = False
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    offences: Counter[str] = field(default_factory=Counter)
    first: dict[str, list[Offence]] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Say whether nothing was found."""
        return not self.offences

    def add(self, offence: Offence) -> None:
        """Count an offence, and keep it if it is one of the first of its kind."""
        self.offences[offence.kind] += 1
        kept = self.first.setdefault(offence.kind, [])
        if len(kept) < FIRST:
            kept.append(offence)

    def as_json(self) -> dict[str, Any]:
        """Give the report as a document."""
        return {
            "at": self.at.isoformat(),
            "since": self.since.isoformat() if self.since else None,
            "rehashed": self.rehashed,
            "seconds": round(self.seconds, 3),
            "holds": self.holds,
            "counts": dict(sorted(self.counts.items())),
            "invariants": {name: self._invariant(name) for name in INVARIANTS},
        }

    def _invariant(self, name: str) -> dict[str, Any]:
        kinds = {k: n for k, n in sorted(self.offences.items()) if KINDS[k][0] == name}
        return {
            "promise": INVARIANTS[name],
            "holds": not kinds,
            "offences": sum(kinds.values()),
            "kinds": kinds,
            "first": [each.as_json() for kind in kinds for each in self.first[kind]],
        }
