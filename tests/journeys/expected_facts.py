"""What all that was said and seen comes to, told a second time: it knows sets, never an order.

Says in its own words what DOMAIN.md and UPLOADS.md promise, and shares no code with the portal.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SMALLEST = 1024
REQUIRED = {"front", "damage", "imei"}
SLOTS = ("front", "spare-1", "inspection")


@dataclass(frozen=True)
class Stored:
    """One version as S3 took it; `declared` is the digest sent with it, "" for none."""

    slot: str
    version_id: str
    sequencer: str
    stored_at: datetime
    size: int
    sha256: str
    declared: str
    announces: tuple[str, ...] = ()

    @property
    def fault(self) -> str | None:
        """Name what makes it unfit as evidence."""
        if self.slot != "inspection" and self.size < SMALLEST:
            return "too_small"
        return "digest_mismatch" if self.declared not in ("", self.sha256) else None


@dataclass
class Known:
    """All that reached the portal, as sets; `told` are the versions whose event came.

    `placed` are those of a second that was listed, and whether they were there.
    """

    claims: dict[str, str]
    seen: dict[str, dict[str, Stored]] = field(default_factory=lambda: {s: {} for s in SLOTS})
    told: set[str] = field(default_factory=set)
    placed: dict[str, bool] = field(default_factory=dict)
    gone: dict[str, set[str]] = field(default_factory=lambda: {s: set() for s in SLOTS})
    parked: set[str] = field(default_factory=set)
    announced: set[str] = field(default_factory=set)
    inspected: bool = False

    def see(self, version: Stored, *, parked: bool = False) -> None:
        """Take a version in, with the inspection that it is, if it is a fit one.

        What is in a parked one is not kept: it is read when it is adopted.
        """
        self.seen[version.slot][version.version_id] = version
        if version.slot == "inspection" and version.fault is None:
            if parked:
                self.parked.add(version.version_id)
                return
            self.inspected = True
            self.announced |= set(version.announces)

    def adopt(self, held: set[str]) -> None:
        """Take in the parked inspections that S3 still holds, once their photos are expected."""
        for version_id in self.parked & held:
            self.see(self.seen["inspection"][version_id])
        self.parked = set()

    def facts_of(self, slot: str) -> dict[str, Any]:
        """Give the facts of one photo."""
        versions = sorted(self.seen[slot].values(), key=lambda each: self._order(slot, each))
        fit = [each for each in versions if each.fault is None]
        faults = [each.fault for each in versions if each.fault is not None]
        claim = self.claims[slot] if slot in self.announced else None
        evidence = fit[0] if fit else None
        digests = {each.sha256 for each in fit}
        return {
            "claimed_sha256": claim,
            "captured_reported_at": claim is not None,
            "version_id": evidence and evidence.version_id,
            "sha256": evidence and evidence.sha256,
            "size": evidence and evidence.size,
            "stored_at": evidence and evidence.stored_at,
            "verified_at": claim in digests or any(each.declared for each in fit),
            "conflict_at": len(digests | ({claim} if fit and claim else set())) > 1,
            "refused_at": bool(faults),
            "refused_reason": faults[0] if faults else None,
        }

    def shown(self, slot: str) -> str:
        """Give the state that people are shown within the first minutes."""
        facts = self.facts_of(slot)
        if facts["conflict_at"]:
            return "conflict"
        if facts["verified_at"]:
            return "verified"
        if facts["refused_at"] and not facts["stored_at"]:
            return "refused"
        if facts["stored_at"] or facts["captured_reported_at"]:
            return "on_the_way"
        return "missing" if self.inspected and slot in REQUIRED else "issued"

    def counts(self) -> dict[str, Any]:
        """Give what the return says of its photos; `damage` and `imei` never come."""
        shown = {slot: self.shown(slot) for slot in ("front", "spare-1")}
        shown |= dict.fromkeys(("damage", "imei"), "missing" if self.inspected else "issued")
        states = list(shown.values())
        absent = sum(states.count(each) for each in ("conflict", "refused", "missing"))
        spare = shown["spare-1"] != "issued"
        return {
            "photos_wanted": 3 + spare,
            "photos_here": states.count("verified"),
            "photos_coming": states.count("on_the_way"),
            "photos_absent": absent,
            "verdict": "passed" if self.inspected else None,
            "qc_state": "evidence_incomplete" if self.inspected else "pending",
        }

    def offences(self, held: set[str]) -> dict[str, int]:
        """Give what a verification must find, for what was deleted and for nothing else."""
        lost = {
            (slot, version) for slot in SLOTS for version in self.seen[slot] if version not in held
        }
        pinned = {(slot, self.facts_of(slot)["version_id"]) for slot in SLOTS}
        found = {
            "evidence_gone": len(lost & pinned),
            "kept_file_gone": len(lost - pinned),
            "gone_unseen": sum(
                len(self.gone[slot] - self.seen[slot].keys())
                for slot in ("spare-1", "inspection")
                if self.shown(slot) == "issued"
            ),
        }
        return {kind: count for kind, count in found.items() if count}

    def list_all(self, bucket: list[Stored]) -> None:
        """Take in what a listing tells besides: the order in every second with an unknown one.

        What was known of such a second and is not there any more stays before what was not known.
        """
        held = {each.version_id for each in bucket}
        for slot in SLOTS:
            mine = [each for each in bucket if each.slot == slot]
            unknown = {each.stored_at for each in mine if each.version_id not in self.seen[slot]}
            for each in [*mine, *self.seen[slot].values()]:
                if each.stored_at in unknown:
                    self.placed.setdefault(each.version_id, each.version_id in held)

    def _order(self, slot: str, version: Stored) -> tuple[datetime, int, str]:
        """S3's order as far as it was told: by events of all in a second, or by a listing of it."""
        second = [e for e in self.seen[slot].values() if e.stored_at == version.stored_at]
        sequenced = all(each.version_id in self.told for each in second)
        known = 0 if sequenced else self.placed.get(version.version_id, 2)
        return version.stored_at, int(known), version.sequencer
