"""Saved views: the line above a list, the page on which they are looked after, the form to save."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ViewLink:
    """One saved view above its list; `current` when the list shows just this now."""

    name: str
    href: str
    shared: bool = False
    current: bool = False


@dataclass(frozen=True)
class SavedViews:
    """The line above a list.

    `filters` are those that are on and saved under no name yet, None for who may not save; they are
    sent to `save`. `shared_words` say with whom a view can be shared, empty for who may not.
    """

    list: str
    links: tuple[ViewLink, ...] = ()
    filters: Mapping[str, str] | None = None
    save: str = ""
    manage: str = ""
    shared_words: str = ""


@dataclass(frozen=True)
class SaveViewPage:
    """`saved_views/new.html`: the form alone, with what was typed and why it was not taken."""

    views: SavedViews
    title: str
    back: str
    name: str = ""
    shared: bool = False
    error: str = ""


@dataclass(frozen=True)
class ViewRow:
    """One view as it is looked after; the addresses are empty where the reader may not.

    `share` puts it on the other shelf. `typed` is a name that was refused, `error` why.
    """

    id: str
    name: str
    href: str
    list: str
    filters: str
    shared: bool
    saved_by: str
    saved_at: datetime
    rename: str = ""
    share: str = ""
    delete: str = ""
    typed: str = ""
    error: str = ""


@dataclass(frozen=True)
class ViewUndo:
    """A view that was just deleted; `fields` sent to `action` bring it back."""

    name: str
    action: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class ViewsPage:
    """`saved_views/list.html`; `error` says why a change to `error_of` was refused."""

    shared: tuple[ViewRow, ...]
    own: tuple[ViewRow, ...]
    scope: str
    error: str = ""
    error_of: str = ""
    tz: str = "Asia/Kolkata"
    undo: ViewUndo | None = None
