"""Which version is the evidence, and what follows from it: pure, and the same in any order."""

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby


@dataclass(frozen=True)
class Wanted:
    """What a photo has to be, and the digest the phone announced for it, if it did."""

    content_types: Collection[str]
    min_bytes: int
    max_bytes: int
    claimed_sha256: str | None


@dataclass(frozen=True)
class Version:
    """One stored version; `declared_sha256` is what was sent with it as metadata.

    `unreadable` says why its bytes are no picture that can be opened, where somebody tried;
    `sequencer` (hex) and `place` part it from others of its second, where they were told.
    """

    version_id: str
    sequencer: str
    stored_at: datetime
    size: int
    content_type: str
    sha256: str
    declared_sha256: str | None
    unreadable: str | None = None
    place: int | None = None


@dataclass(frozen=True)
class Settlement:
    """What all that is known of a photo comes to; more knowledge never takes a fact back.

    `unreadable` never parts a version from its photo: the bytes may be those the phone took, so
    the original is kept as the evidence of what was sent, and people are told of it.
    """

    pinned: Version | None
    verified: bool
    conflict: bool
    refused_reason: str | None
    unreadable: str | None = None


def fault_of(wanted: Wanted, version: Version) -> str | None:
    """Name what makes a version unfit as evidence, or give None.

    S3 enforced size and type through the form already; S3 may be configured wrongly, so each is
    checked again. A version whose bytes are not those its own sender declared is a damaged one.
    """
    if version.size < wanted.min_bytes:
        return "too_small"
    if version.size > wanted.max_bytes:
        return "too_large"
    if version.content_type not in wanted.content_types:
        return "wrong_type"
    if version.declared_sha256 and version.declared_sha256 != version.sha256:
        return "digest_mismatch"
    return None


def settle(wanted: Wanted, versions: Sequence[Version]) -> Settlement:
    """Pin the first fit version stored; tell whether bytes came as announced and undisputed.

    Every part depends on the set of versions alone, never on the order in which they were told:
    a fit version does not hide that an unfit one came, nor a disputed pin that one was verified.
    """
    inorder = in_order_of_storing(versions)
    faults = [fault_of(wanted, version) for version in inorder]
    reason = next((fault for fault in faults if fault is not None), None)
    fit = [version for version, fault in zip(inorder, faults, strict=True) if fault is None]
    if not fit:
        return Settlement(None, verified=False, conflict=False, refused_reason=reason)
    digests = {version.sha256 for version in fit}
    verified = wanted.claimed_sha256 in digests or any(
        version.sha256 == version.declared_sha256 for version in fit
    )
    unreadable = next((version.unreadable for version in fit if version.unreadable), None)
    misannounced = wanted.claimed_sha256 not in (None, fit[0].sha256)
    return Settlement(fit[0], verified, len(digests) > 1 or misannounced, reason, unreadable)


def in_order_of_storing(versions: Iterable[Version]) -> list[Version]:
    """Give one key's versions as S3 stored them; within a second by what parts all of them.

    Sequencers do, where an event told each of them. Else a listing's places do, and what was told
    since that listing comes last: evidence only moves for what is known to be older.
    """
    ordered: list[Version] = []
    for _, second in groupby(sorted(versions, key=_second), key=_second):
        ordered += sorted(group := list(second), key=_by_what_parts(group))
    return ordered


def _second(version: Version) -> datetime:
    return version.stored_at


def _by_what_parts(second: Sequence[Version]) -> Callable[[Version], tuple[float, str, str]]:
    sequenced = all(version.sequencer for version in second)

    def key(version: Version) -> tuple[float, str, str]:
        place = math.inf if sequenced or version.place is None else version.place
        return place, version.sequencer.rjust(40, "0"), version.version_id

    return key
