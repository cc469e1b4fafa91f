"""A photo as pages see it: its state in words, its finished URLs and its box."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from qcportal.blueprints.shown.frame import Badge
from qcportal.language import lazy_gettext, lazy_ngettext, ngettext

ShownAs = Literal["picture", "player", "sound", "download"]
Size = Literal[96, 320, 640, 1200, "original"]
_WIDTHS: tuple[Literal[96, 320, 640, 1200], ...] = (96, 320, 640, 1200)


class PhotoState(StrEnum):
    """What a page can say about a photo."""

    EXPECTED = "expected"
    ON_THE_WAY = "on_the_way"
    LATE = "late"
    HERE = "here"
    HERE_FAILED = "here_failed"
    UNVOUCHED = "unvouched"
    MISSING = "missing"
    REFUSED = "refused"
    CONFLICT = "conflict"


WORDS: Mapping[PhotoState, Badge] = {
    PhotoState.EXPECTED: Badge("", "camera", lazy_gettext("Not taken yet")),
    PhotoState.ON_THE_WAY: Badge("wait", "cloud-upload", lazy_gettext("On its way")),
    PhotoState.LATE: Badge("late", "clock-alert", lazy_gettext("Late")),
    PhotoState.HERE: Badge("", "image", lazy_gettext("Here")),
    PhotoState.HERE_FAILED: Badge("fail", "image", lazy_gettext("Here, failed check")),
    PhotoState.UNVOUCHED: Badge(
        "late", "shield-alert", lazy_gettext("Here, not vouched for by the phone")
    ),
    PhotoState.MISSING: Badge("miss", "image-off", lazy_gettext("Photo missing")),
    PhotoState.REFUSED: Badge("miss", "shield-alert", lazy_gettext("Not accepted")),
    PhotoState.CONFLICT: Badge("miss", "copy", lazy_gettext("Two versions")),
}
_SEEN = {PhotoState.HERE, PhotoState.HERE_FAILED, PhotoState.UNVOUCHED, PhotoState.CONFLICT}
_FILES: Mapping[str, str] = {"player": "video", "sound": "audio-lines"}
_PENDING = {PhotoState.ON_THE_WAY, PhotoState.LATE}


@dataclass(frozen=True)
class Quality:
    """What may be wrong with a photo: a word for each thing measured, and what the phone said."""

    flags: tuple[str, ...]
    said: str = ""

    @property
    def badges(self) -> tuple[Badge, ...]:
        """Give a badge for each thing that was measured."""
        return tuple(Badge("late", "triangle-alert", flag) for flag in self.flags)


@dataclass(frozen=True)
class PhotoView:
    """One photo of a return.

    `urls` are signed and ready for `src`, by width in pixels or `"original"`; a size that is not
    made yet is absent. `preview_url` is the blurred ThumbHash picture. `width` and `height` are
    those of the original and fix the shape of the box. `note` is one short sentence under the
    state ("Phone not seen for 48 h"); without it the page says when the photo was taken. `shown_as`
    is that of the capture kind; a kind that is hidden is left out by the view. `seal`
    says in one sentence how far it can be relied on, `quality` what is wrong with the picture.
    `lasting_href` is an address of ours that sends on to the original and does not end with time.
    """

    id: str
    state: PhotoState
    label: str
    alt: str
    urls: Mapping[Size, str] = field(default_factory=dict)
    preview_url: str = ""
    width: int = 1200
    height: int = 900
    taken_at: datetime | None = None
    arrived_at: datetime | None = None
    phone_seen_at: datetime | None = None
    distance_m: int | None = None
    note: str = ""
    shown_as: ShownAs = "picture"
    seal: str = ""
    quality: Quality | None = None
    lasting_href: str = ""

    @property
    def words(self) -> Badge:
        """Give word, icon and tone of the state."""
        return WORDS[self.state]

    @property
    def here(self) -> bool:
        """Say whether the file can be opened."""
        return self.state in _SEEN and bool(self.urls)

    @property
    def settled(self) -> bool:
        """Say whether it can be opened and nothing more is to be said of it."""
        return self.here and self.state is not PhotoState.UNVOUCHED

    @property
    def shown(self) -> bool:
        """Say whether there is a picture to look at; a video or a document is only `here`."""
        return self.here and self.shown_as == "picture"

    @property
    def icon(self) -> str:
        """Give the icon of a small tile without a picture."""
        return _FILES.get(self.shown_as, "file") if self.here else self.words.icon

    @property
    def pending(self) -> bool:
        """Say whether the photo was announced and is still expected."""
        return self.state in _PENDING

    def src(self, width: int) -> str:
        """Give the smallest URL at least `width` pixels wide, or the largest there is."""
        fitting = [size for size in _WIDTHS if size >= width and size in self.urls]
        if fitting:
            return self.urls[fitting[0]]
        return self.urls.get("original") or next(reversed(list(self.urls.values())), "")

    @property
    def original(self) -> str:
        """Give an address of the original that still answers when the page is old."""
        return self.lasting_href or self.src(4000)

    @property
    def download(self) -> str:
        """Give the address that saves the original, byte by byte as it came."""
        return f"{self.lasting_href}?download=1" if self.lasting_href else self.src(4000)

    @property
    def srcset(self) -> str:
        """Give the `srcset` of the sizes that exist; empty with fewer than two."""
        have = [f"{self.urls[size]} {size}w" for size in _WIDTHS[1:] if size in self.urls]
        return ", ".join(have) if len(have) > 1 else ""


def summary(photos: Iterable[PhotoView]) -> Badge | None:
    """Give the one badge that says how far a return's photos are; None if it expects none.

    The worst state is named first; green is kept for the item, so "all here" is neutral.
    """
    states = [photo.state for photo in photos]
    for state, counted in WORST_FIRST.items():
        if count := states.count(state):
            return WORDS[state].saying(counted(count))
    if not states:
        return None
    count = len(states)
    return Badge("", "images", ngettext("Photo here", "All %(num)s photos here", count))


WORST_FIRST = {
    PhotoState.CONFLICT: lazy_ngettext(
        "%(num)s photo in two versions", "%(num)s photos in two versions"
    ),
    PhotoState.REFUSED: lazy_ngettext("%(num)s photo not accepted", "%(num)s photos not accepted"),
    PhotoState.MISSING: lazy_ngettext("%(num)s photo missing", "%(num)s photos missing"),
    PhotoState.UNVOUCHED: lazy_ngettext(
        "%(num)s photo not vouched for", "%(num)s photos not vouched for"
    ),
    PhotoState.LATE: lazy_ngettext("%(num)s photo late", "%(num)s photos late"),
    PhotoState.ON_THE_WAY: lazy_ngettext("%(num)s photo on the way", "%(num)s photos on the way"),
    PhotoState.EXPECTED: lazy_ngettext(
        "%(num)s photo not taken yet", "%(num)s photos not taken yet"
    ),
}
