"""What may be said against one key: its versions, its photo and what was told; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qcportal.capture_kinds import CaptureKind
from qcportal.photos.arrivals import Outcome, settlement_of
from qcportal.photos.expecting import plain
from qcportal.photos.settling import Settlement
from qcportal.photos.tables import OUTCOMES, PROBES
from qcportal.stored_objects import StoredVersion
from qcportal.verification.findings import Offence

HELD = ("sha256", "size", "stored_at")
SEEN_AS = {
    "conflict": "conflict_not_shown",
    "refused": "refusal_not_shown",
    "unreadable": "unreadable_not_shown",
}


@dataclass(frozen=True)
class Key:
    """One key of the bucket with all that stands under it; `photo` is a row, or None."""

    key: str
    photo: Any
    versions: Mapping[str, StoredVersion]
    told: Sequence[Any]
    ripe_before: datetime

    def offence(self, kind: str, said: str = "", version: str | None = None) -> Offence:
        """Name something about this key."""
        where = {"key": self.key}
        if version is not None:
            where["version"] = version
        if self.photo is not None:
            where |= {"photo": str(self.photo.id), "return": str(self.photo.return_id)}
        return Offence(kind, where, said)


def judge(key: Key, kinds: Mapping[str, CaptureKind]) -> Iterator[Offence]:
    """Give everything that does not hold for one key."""
    yield from _never_told(key)
    yield from _told_wrongly(key)
    yield from _not_there(key)
    if key.photo is not None:
        yield from _settled_otherwise(key, kinds)
        yield from _misplaced(key)


def is_on_the_way(key: Key, version: StoredVersion) -> bool:
    """Tell whether a version nobody told us of is so new that it may still be told."""
    return version.stored_at > key.ripe_before


def _never_told(key: Key) -> Iterator[Offence]:
    told = {each.version_id for each in key.told}
    for version in key.versions.values():
        if version.version_id not in told and not is_on_the_way(key, version):
            kind = "untold" if key.photo is not None else "parked_unseen"
            yield key.offence(kind, version=version.version_id)


def _told_wrongly(key: Key) -> Iterator[Offence]:
    for each in key.told:
        if each.outcome not in OUTCOMES:
            yield key.offence("unknown_outcome", each.outcome, each.version_id)
        if key.photo is None:
            if each.photo_id is not None:
                yield key.offence("told_for_another_photo", str(each.photo_id), each.version_id)
            elif each.outcome != Outcome.PARKED and not _is_probe(each):
                yield key.offence("parked_unseen", f"told as {each.outcome}", each.version_id)
            continue
        if each.photo_id is None and each.received_at <= key.ripe_before:
            yield key.offence("not_adopted", version=each.version_id)
        if each.photo_id not in (None, key.photo.id):
            yield key.offence("told_for_another_photo", str(each.photo_id), each.version_id)
        if each.user_metadata.get("photo-id", str(key.photo.id)) != str(key.photo.id):
            yield key.offence("sent_for_another_photo", version=each.version_id)


def _not_there(key: Key) -> Iterator[Offence]:
    """Name what was told and is not in the bucket, or is there with another size."""
    photo = key.photo
    pinned = photo.version_id if photo is not None else None
    if pinned is not None and pinned not in key.versions:
        yield key.offence("evidence_gone", version=pinned)
    for each in key.told:
        version = key.versions.get(each.version_id)
        if version is not None and each.sha256 and version.size != each.size:
            said = f"told {each.size} bytes, is {version.size}"
            yield key.offence("size_differs", said, each.version_id)
        if version is not None or each.version_id == pinned:
            continue
        if each.sha256:
            yield key.offence("kept_file_gone", f"told as {each.outcome}", each.version_id)
        elif each.outcome == Outcome.GONE and _is_unseen(photo):
            yield key.offence("gone_unseen", version=each.version_id)


def _is_probe(told: Any) -> bool:
    """Tell whether the doctor sent it; nothing else may hide under this outcome."""
    return bool(told.outcome == Outcome.PROBE and told.key.startswith(PROBES))


def _is_unseen(photo: Any) -> bool:
    """Tell whether a photo that has nothing is also missed by nobody."""
    return photo is not None and not (
        photo.stored_at or photo.captured_reported_at or photo.refused_at or photo.required
    )


def _settled_otherwise(key: Key, kinds: Mapping[str, CaptureKind]) -> Iterator[Offence]:
    """Settle the photo anew from all that was told, and compare."""
    photo = key.photo
    settled = settlement_of(photo, [each for each in key.told if each.photo_id == photo.id], kinds)
    yield from _pinned_otherwise(key, settled)
    for name, holds, stands, missing in (
        ("verified", settled.verified, photo.verified_at, "not_verified"),
        ("conflict", settled.conflict, photo.conflict_at, SEEN_AS["conflict"]),
        ("refused", settled.refused_reason, photo.refused_at, SEEN_AS["refused"]),
        ("unreadable", settled.unreadable, photo.unreadable_at, SEEN_AS["unreadable"]),
    ):
        if holds and not stands:
            yield key.offence(missing)
        if stands and not holds:
            yield key.offence("fact_without_ground", name)


def _pinned_otherwise(key: Key, settled: Settlement) -> Iterator[Offence]:
    photo, pinned = key.photo, settled.pinned
    if pinned is None:
        if photo.version_id is not None or photo.stored_at is not None:
            yield key.offence("fact_without_ground", "pinned", photo.version_id or "")
        return
    if photo.version_id is None:
        yield key.offence("not_pinned", version=pinned.version_id)
        return
    if photo.version_id != pinned.version_id:
        said = f"the first fit one is {pinned.version_id}"
        yield key.offence("pinned_to_another", said, photo.version_id)
        return
    for name in HELD:
        if getattr(photo, name) != getattr(pinned, name):
            said = f"{name} is {getattr(photo, name)}, told {getattr(pinned, name)}"
            yield key.offence("fact_changed", said, photo.version_id)


def _misplaced(key: Key) -> Iterator[Offence]:
    photo = key.photo
    folder = f"/{plain(photo.slug)}/{plain(photo.awb)}/"
    name = key.key.rpartition("/")[2]
    if folder not in key.key or str(photo.id) not in name:
        yield key.offence("key_of_another", f"it should lie in {folder}")
    if photo.return_merchant != photo.merchant_id:
        yield key.offence("return_of_another_merchant", str(photo.return_merchant))
    if photo.item_id is not None and photo.item_return != photo.return_id:
        yield key.offence("item_of_another_return", str(photo.item_id))
