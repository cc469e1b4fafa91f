"""How far a photo can be relied on, in plain words, from its facts and from what was told."""

from collections.abc import Sequence
from datetime import timedelta

from flask import url_for

from qcportal import clock, history
from qcportal.blueprints import pictures
from qcportal.blueprints.jinja import full_time
from qcportal.blueprints.showing.details import clock_words
from qcportal.blueprints.showing.held import EVENTS, Held
from qcportal.blueprints.showing.photos import REFUSALS, distance_m, why_refused
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.frame import Badge, Fact
from qcportal.blueprints.shown.integrity import Digest, Integrity, Seal, VersionLine
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.photos import ArrivalRow, Outcome, Photo
from qcportal.returns import Return

DOUBT = lazy_gettext("Do not rely on this photo.")
MATCHES = Badge("", "shield-check", lazy_gettext("Matches"))
DIFFERS = Badge("miss", "shield-alert", lazy_gettext("Does not match"))
SOURCES = {"relay": lazy_gettext("the relay"), "reconciler": lazy_gettext("the reconciler")}
EVIDENCE = Badge("", "shield-check", lazy_gettext("The evidence"))
VERSIONS = {
    Outcome.ALREADY: Badge("", "copy", lazy_gettext("Same bytes again")),
    Outcome.CONFLICT: Badge("miss", "copy", lazy_gettext("Other bytes")),
    Outcome.REFUSED: Badge("miss", "shield-alert", lazy_gettext("Not accepted")),
    Outcome.PARKED: Badge("late", "cloud-alert", lazy_gettext("Parked")),
    Outcome.GONE: Badge("miss", "image-off", lazy_gettext("Gone before we saw it")),
}


def seal(photo: Photo) -> Seal:
    """Say in one sentence whether what we hold is what the phone took."""
    if photo.stored_at is None:
        return _nothing_held(photo)
    if photo.unreadable_at:
        return _not_to_be_opened(photo)
    if photo.claimed_sha256 is None:
        return _not_announced(photo)
    if photo.claimed_sha256 != photo.sha256:
        text = f"{_('The photo we hold does not match what the phone announced.')} {DOUBT}"
        return Seal(DIFFERS, text, reliable=False)
    held = _("The photo we hold is the one the phone announced.")
    if photo.conflict_at:
        more = _("Another file came later under its name; it is kept and changes nothing.")
        badge = Badge("miss", "copy", _("Matches, and another came"))
        return Seal(badge, f"{held} {more}", reliable=True)
    return Seal(MATCHES, held, reliable=True)


def build(photo: Photo, held: Held, arrivals: Sequence[ArrivalRow], asker: Asker) -> Integrity:
    """Show all that a photo's trust rests on; `arrivals` are those told of it."""
    offset = held.inspection.clock_offset_ms if held.inspection else None
    admin = asker.merchant_id is None
    return Integrity(
        label=photo.title,
        seal=seal(photo),
        digests=_digests(photo, arrivals),
        claimed=_claimed(photo, held.rvp, offset, asker.zone),
        known=_known(photo, asker.zone),
        versions=_versions(photo, arrivals),
        history=_history(held),
        life_href=url_for("admin.photo_life", id=photo.id) if admin else "",
    )


def _nothing_held(photo: Photo) -> Seal:
    if photo.refused_at:
        came = _("A file came and was not accepted.")
        text = f"{came} {why_refused(photo)} {_('It is kept, and is no evidence.')}"
        return Seal(Badge("miss", "shield-alert", _("Not accepted")), text, reliable=False)
    if photo.captured_reported_at:
        text = _("The phone announced this photo, and its file is not here yet.")
        return Seal(Badge("wait", "cloud-upload", _("Nothing to compare yet")), text)
    text = _("Nothing was announced and nothing came.")
    return Seal(Badge("", "circle-dashed", _("Nothing to compare")), text)


def _not_to_be_opened(photo: Photo) -> Seal:
    sent = _("It is the file that the phone sent, byte by byte.") if photo.verified_at else ""
    text = " ".join(filter(None, (why_refused(photo), sent)))
    return Seal(Badge("miss", "shield-alert", _("Not a picture")), text, reliable=False)


def _not_announced(photo: Photo) -> Seal:
    if photo.conflict_at:
        text = f"{_('Different files came, and the phone announced none of them.')} {DOUBT}"
        return Seal(DIFFERS, text, reliable=False)
    if photo.verified_at:
        text = _("The photo we hold is the one that was sent: it matches the digest sent with it.")
        return Seal(Badge("", "shield-check", _("Matches what was sent")), text, reliable=True)
    text = f"{_('A file came, and nothing says what it should be.')} {DOUBT}"
    return Seal(Badge("late", "shield-alert", _("Not vouched for")), text, reliable=False)


def _digests(photo: Photo, arrivals: Sequence[ArrivalRow]) -> tuple[Digest, ...]:
    pinned = next((one for one in arrivals if one.version_id == photo.version_id), None)
    told = [(_("The phone announced"), photo.claimed_sha256)]
    if pinned is not None:
        by = (
            _("S3 computed") if pinned.sha256_source == "s3" else _("Computed from the stored file")
        )
        told += [(_("Sent with the file"), pinned.declared_sha256), (by, pinned.sha256)]
    told.append((_("The portal holds"), photo.sha256))
    return tuple(
        Digest(who, sha256, sha256 == photo.sha256 if photo.sha256 else None)
        for who, sha256 in told
        if sha256
    )


def _claimed(photo: Photo, rvp: Return, offset_ms: int | None, zone: str) -> tuple[Fact, ...]:
    """List what only the phone says; none of it can be proven."""
    found = []
    if photo.captured_at:
        found.append(Fact(_("Taken"), full_time(photo.captured_at, zone)))
    if offset_ms is not None:
        found.append(Fact(_("Phone clock"), clock_words(offset_ms)))
    if photo.captured_at and offset_ms:
        right = photo.captured_at - timedelta(milliseconds=offset_ms)
        found.append(Fact(_("Taken, by our clock"), full_time(right, zone)))
    if photo.latitude is not None:
        found.append(Fact(_("Place"), _place(photo, rvp)))
    if photo.mock_location:
        found.append(
            Fact(_("Place is made up"), _("Says the phone itself"), "triangle-alert", "late")
        )
    elif photo.mock_location is not None:
        found.append(Fact(_("Place is made up"), _("No, says the phone")))
    return tuple(found)


def _place(photo: Photo, rvp: Return) -> str:
    distance = distance_m(photo, rvp)
    text = _("Given") if distance is None else _("%(n)s m from the address", n=distance)
    return text + ("" if photo.accuracy_m is None else f", ±{round(photo.accuracy_m)} m")


def _known(photo: Photo, zone: str) -> tuple[Fact, ...]:
    moments = (
        (_("Asked for"), photo.expected_at),
        (_("First form given"), photo.form_issued_at),
        (_("Announced to us"), photo.captured_reported_at),
        (_("Stored by S3"), photo.stored_at),
        (_("Found to match"), photo.verified_at),
    )
    return tuple(Fact(label, full_time(at, zone)) for label, at in moments if at)


def _versions(photo: Photo, arrivals: Sequence[ArrivalRow]) -> tuple[VersionLine, ...]:
    def order(each: ArrivalRow) -> tuple[bool, object]:
        return (each.version_id != photo.version_id, each.stored_at)

    return tuple(_version(photo, each) for each in sorted(arrivals, key=order))


def _version(photo: Photo, arrival: ArrivalRow) -> VersionLine:
    mine = arrival.version_id == photo.version_id
    badge = EVIDENCE if mine else version_badge(photo, arrival)
    here = arrival.outcome != Outcome.GONE
    url = pictures.version_url(photo, arrival.version_id, clock.now(), download=not mine)
    return VersionLine(
        badge=badge,
        version=arrival.version_id,
        sha256=arrival.sha256 or "",
        size=arrival.size,
        stored_at=arrival.stored_at,
        told_at=arrival.received_at,
        source=SOURCES.get(arrival.source, arrival.source),
        reason=REFUSALS.get(arrival.reason or "", "") if not mine else "",
        href=url if here else "",
    )


def version_badge(photo: Photo, arrival: ArrivalRow) -> Badge:
    """Say what a file that is not the evidence is, by its bytes.

    Its outcome was the answer when it was told; an earlier file may have come to light since.
    """
    outcome = Outcome(arrival.outcome)
    if outcome in (Outcome.GONE, Outcome.REFUSED, Outcome.PARKED):
        return VERSIONS[outcome]
    return VERSIONS[Outcome.ALREADY if arrival.sha256 == photo.sha256 else Outcome.CONFLICT]


def _history(held: Held) -> Badge | None:
    """Recompute the return's record, where the page holds all of it."""
    if not held.events or len(held.events) >= EVENTS:
        return None
    return history_badge(len(held.events), whole=history.broken_link(held.events[::-1]) is None)


def history_badge(entries: int, *, whole: bool) -> Badge:
    """Say whether a return's record is as it was written."""
    if whole:
        text = ngettext(
            "The record of this return is whole: %(num)s entry",
            "The record of this return is whole: %(num)s entries",
            entries,
        )
        return Badge("", "shield-check", text)
    text = _("The record of this return was changed behind the portal. Do not rely on it.")
    return Badge("miss", "shield-alert", text)
