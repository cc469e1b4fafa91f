"""Photos as pages show them."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from qcportal import clock
from qcportal.blueprints import pictures
from qcportal.blueprints.access import settings
from qcportal.blueprints.jinja import duration, listed, since
from qcportal.blueprints.shown.photos import PhotoState, PhotoView, Quality, ShownAs, Size
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.photos import (
    Flag,
    Photo,
    ShownState,
    could_not_be_measured,
    flags_of,
    shown_state,
)
from qcportal.returns import Return

STATES = {
    ShownState.EXPECTED: PhotoState.EXPECTED,
    ShownState.ISSUED: PhotoState.EXPECTED,
    ShownState.ON_THE_WAY: PhotoState.ON_THE_WAY,
    ShownState.LATE: PhotoState.LATE,
    ShownState.UNVOUCHED: PhotoState.UNVOUCHED,
    ShownState.VERIFIED: PhotoState.HERE,
    ShownState.REFUSED: PhotoState.REFUSED,
    ShownState.MISSING: PhotoState.MISSING,
    ShownState.CONFLICT: PhotoState.CONFLICT,
}
FLAGS = {
    Flag.BLURRED: lazy_gettext("Blurred"),
    Flag.TOO_DARK: lazy_gettext("Too dark"),
    Flag.TOO_BRIGHT: lazy_gettext("Too bright"),
}
EARTH_M = 6_371_000


def state_of(photo: Photo, rvp: Return, at: datetime) -> ShownState:
    """Give the state of a photo at a moment, by the portal's own waiting times."""
    config = settings()
    return shown_state(
        photo,
        at=at,
        inspected=rvp.checked_at is not None,
        late_after=config.late_after,
        missing_after=config.missing_after,
    )


def view(
    photo: Photo, rvp: Return, *, answer: str = "", failed: bool = False, seen_at: datetime | None
) -> PhotoView:
    """Show one photo; `answer` is what was answered to its check, `seen_at` the phone's sign."""
    at = clock.now()
    state = STATES[state_of(photo, rvp, at)]
    if state is PhotoState.HERE and failed:
        state = PhotoState.HERE_FAILED
    return PhotoView(
        id=str(photo.id),
        state=state,
        label=photo.title,
        alt=_alt(photo.title, answer),
        urls=_urls(photo, at),
        width=photo.width or 1200,
        height=photo.height or 900,
        taken_at=photo.captured_at,
        arrived_at=photo.verified_at,
        phone_seen_at=seen_at,
        distance_m=distance_m(photo, rvp),
        note=_note(photo, state, seen_at),
        shown_as=_shown_as(photo),
        quality=quality_of(photo),
    )


def quality_of(photo: Photo) -> Quality | None:
    """Say what may be wrong with a photo that is here, as measured and as the app said; or None."""
    words = [FLAGS[flag] for flag in flags_of(photo.picture)]
    if could_not_be_measured(photo.picture):
        words.append(_("Could not be measured"))
    accepted = [FLAGS[Flag(each)].lower() for each in photo.accepted_flags]
    if photo.stored_at is None or photo.unreadable_at or not (words or accepted):
        return None
    return Quality(tuple(words), _taken(photo.claimed_tries, accepted))


def _alt(title: str, answer: str) -> str:
    if answer:
        return _("Door photo: %(title)s, answered %(answer)s", title=title, answer=answer)
    return _("Door photo: %(title)s", title=title)


def _taken(tries: int | None, accepted: Sequence[str]) -> str:
    """Tell what the app says of how a photo was taken; "" when it says nothing of note."""
    if not accepted:
        return ""
    flaws = listed(accepted)
    if tries and tries > 1:
        return _(
            "Taken %(n)s times; accepted although %(flaws)s, says the phone.", n=tries, flaws=flaws
        )
    return _("Accepted although %(flaws)s, says the phone.", flaws=flaws)


def why_refused(photo: Photo) -> str:
    """Say why a file was not accepted: because of what it is, or else of how it came."""
    reason = photo.unreadable_reason or photo.refused_reason or ""
    return REFUSALS.get(reason, _("It is not what was asked for."))


def thumb(photo: Photo, rvp: Return, *, failed: bool = False) -> PhotoView:
    """Show one photo, or the columns of a small one, as lists do: its state and its square."""
    at = clock.now()
    state = STATES[state_of(photo, rvp, at)]
    here = state is PhotoState.HERE and failed
    urls: dict[Size, str] = {}
    if 96 in photo.thumbnails:
        urls[96] = pictures.thumbnail_url(photo, 96, at)
    else:
        urls |= _urls(photo, at)
    return PhotoView(
        id=str(photo.id),
        state=PhotoState.HERE_FAILED if here else state,
        label=photo.title,
        alt="",
        urls=urls,
    )


def distance_m(photo: Photo, rvp: Return) -> int | None:
    """Give how far from the pickup address the phone says it was, in whole metres."""
    if None in (photo.latitude, photo.longitude, rvp.latitude, rvp.longitude):
        return None
    here = [math.radians(float(degrees or 0)) for degrees in (photo.latitude, photo.longitude)]
    there = [math.radians(float(degrees or 0)) for degrees in (rvp.latitude, rvp.longitude)]
    half = [(one - other) / 2 for one, other in zip(here, there, strict=True)]
    chord = math.sin(half[0]) ** 2
    chord += math.cos(here[0]) * math.cos(there[0]) * math.sin(half[1]) ** 2
    return round(2 * EARTH_M * math.asin(math.sqrt(min(1.0, chord))))


def _shown_as(photo: Photo) -> ShownAs:
    """Say how a page shows it: as its kind is shown, but never run what a browser could run."""
    kind = settings().capture_kinds.get(photo.kind)
    shown = kind.shown_as if kind else "download"
    picture = photo.content_type.startswith("image/") and photo.content_type != "image/svg+xml"
    if shown == "picture" and not (picture or photo.thumbnails):
        return "download"
    return cast(ShownAs, "download" if shown == "hidden" else shown)


def _urls(photo: Photo, at: datetime) -> Mapping[Size, str]:
    urls: dict[Size, str] = {}
    for size, url in pictures.thumbnail_urls(photo, at).items():
        urls[size] = url  # type: ignore[index]
    original = pictures.original_url(photo, at)
    return urls | {"original": original} if original else urls


def _note(photo: Photo, state: PhotoState, seen_at: datetime | None) -> str:
    if state in {PhotoState.ON_THE_WAY, PhotoState.LATE} and seen_at:
        return _("The phone was last seen %(ago)s.", ago=since(seen_at))
    if state is PhotoState.UNVOUCHED:
        return _("The file came, but the phone never announced it.")
    if state is PhotoState.MISSING and photo.captured_reported_at is None:
        return _("No photo was taken.")
    if state is PhotoState.MISSING:
        return _("We stopped waiting after %(span)s.", span=duration(settings().missing_after))
    if state is PhotoState.REFUSED:
        return why_refused(photo)
    if state is PhotoState.CONFLICT:
        return _("It does not match what the phone announced, or was sent twice with other bytes.")
    return ""


NO_PICTURE = lazy_gettext("This file is not a picture that can be opened. The original is kept.")
REFUSALS = {
    "digest_mismatch": lazy_gettext("Its bytes differ from what was announced."),
    "too_small": lazy_gettext("The file is too small to be a photo."),
    "too_large": lazy_gettext("The file is larger than allowed."),
    "wrong_type": lazy_gettext("The file is of another type than asked for."),
    "not_an_image": NO_PICTURE,
    "corrupt": NO_PICTURE,
    "too_many_pixels": lazy_gettext(
        "This picture claims to be too large to be opened. The original is kept."
    ),
}
