"""The draft of a merchant's next version: the document as typed, with all its faults."""

import copy
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Index, Select, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import clock, errors, tenancy
from qcportal.accounts import Merchant
from qcportal.db import At, Base, Document, Id, Line, Word, compact_json, db, new_id
from qcportal.history import Actor
from qcportal.language import gettext as _
from qcportal.rulebooks import starters, versions
from qcportal.rulebooks.versions import Rulebook

JsonDocument = dict[str, Any]
LARGEST_DRAFT = 2_000_000


class DraftMoved(errors.Conflict):
    """Somebody else saved the draft in the meantime; nothing of either side is lost."""


class RulebookDraft(tenancy.TenantOwned, Base):
    """What a merchant's next version may become; at most one per merchant.

    `base_version` is the version it was copied from (0 for none), `revision` counts its changes,
    `saved_from` marks the browser page that saved last. `previous` is the document before the last
    change that can be undone, which `undo` names in words.
    """

    __tablename__ = "rulebook_drafts"
    __table_args__ = tenancy.table_args(UniqueConstraint("merchant_id"), Index(None, "merchant_id"))

    id: Mapped[Id]
    document: Mapped[Document]
    base_version: Mapped[int]
    revision: Mapped[int]
    previous: Mapped[Document] = mapped_column(nullable=True)
    undo: Mapped[Line]
    saved_from: Mapped[Word]
    updated_at: Mapped[At]
    updated_by: Mapped[Line]


@dataclass(frozen=True)
class Saving:
    """Who saves from which page; `undo` names in words what can be taken back."""

    by: Actor
    page: str = ""
    undo: str = ""


@dataclass(frozen=True)
class Release:
    """What its publisher says and saw: a note, the draft's revision, the version `over` which."""

    note: str
    revision: int
    over: int
    kinds: Collection[str]
    by: Actor


def find_draft(merchant_id: uuid.UUID) -> RulebookDraft | None:
    """Find a merchant's draft."""
    statement = select(RulebookDraft).where(RulebookDraft.merchant_id == merchant_id)
    return db.session.scalars(statement).one_or_none()


def get_draft(merchant_id: uuid.UUID) -> RulebookDraft:
    """Get a merchant's draft, or raise NotFound."""
    found = find_draft(merchant_id)
    if found is None:
        raise errors.NotFound(_("There is no draft. Start one from the version in force."))
    return found


def select_drafts() -> Select[RulebookDraft]:
    """Select the drafts of every merchant in scope."""
    return select(RulebookDraft)


def open_draft(merchant: Merchant, *, by: Actor, starter: str = "") -> RulebookDraft:
    """Give the merchant's draft; a new one copies the version in force, or else a starter.

    With `starter` a new draft begins with that document instead. Raises Invalid for an unknown
    one.
    """
    found = find_draft(merchant.id)
    if found is not None:
        return found
    latest = versions.find_latest(merchant.id)
    copied = latest is not None and not starter
    document = latest.document if latest and copied else starters.starter_document(starter)
    draft = RulebookDraft(
        id=new_id(),
        merchant_id=merchant.id,
        document=_to_edit(document),
        base_version=latest.version if latest else 0,
        revision=1,
        previous=None,
        undo="",
        saved_from="",
        updated_at=clock.now(),
        updated_by=by.label,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def change_draft(
    draft: RulebookDraft, revision: int, document: JsonDocument, *, saving: Saving
) -> RulebookDraft:
    """Store another document as the draft, or raise DraftMoved if it is past `revision`.

    Raises TooLarge for a document over `LARGEST_DRAFT` characters of JSON.
    """
    if len(compact_json(document)) > LARGEST_DRAFT:
        raise errors.TooLarge(_("The draft would be over 2 MB. Nothing of it was changed."))
    changes: dict[str, Any] = {
        "document": document,
        "previous": draft.document if saving.undo else None,
        "undo": saving.undo,
        "saved_from": saving.page,
        "updated_at": clock.now(),
        "updated_by": saving.by.label,
    }
    statement = (
        update(RulebookDraft)
        .where(
            RulebookDraft.merchant_id == draft.merchant_id,
            RulebookDraft.id == draft.id,
            RulebookDraft.revision == revision,
        )
        .values(revision=revision + 1, **changes)
        .execution_options(synchronize_session=False)
    )
    if db.session.execute(statement).rowcount == 0:  # type: ignore[attr-defined]
        raise DraftMoved(_("Somebody else saved this draft while you changed it."))
    db.session.expunge(draft)  # it holds the state before
    return get_draft(draft.merchant_id)


def undo_draft(draft: RulebookDraft, revision: int, *, saving: Saving) -> RulebookDraft:
    """Take the last undoable change back; raises Conflict when there is none any more."""
    if draft.previous is None:
        raise errors.Conflict(_("There is nothing to undo any more."))
    return change_draft(draft, revision, draft.previous, saving=saving)


def discard_draft(draft: RulebookDraft) -> None:
    """Throw the draft away; what is published stays as it is."""
    statement = delete(RulebookDraft).where(
        RulebookDraft.merchant_id == draft.merchant_id, RulebookDraft.id == draft.id
    )
    db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.expunge(draft)


def publish_draft(
    merchant: Merchant, draft: RulebookDraft, release: Release
) -> tuple[Rulebook, bool]:
    """Publish the draft as the next version and close it.

    Gives the version and whether it is new. Raises Invalid with every fault of the document, or
    for an empty note, and DraftMoved when the draft or the version in force are no longer what
    the publisher saw.
    """
    if not release.note.strip():
        fault = errors.Fault("/note", "missing", _("Say in a sentence what changes and why."))
        raise errors.Invalid(_("A note is needed."), faults=[fault])
    latest = versions.find_latest(merchant.id)
    if draft.revision != release.revision:
        raise DraftMoved(_("Somebody changed this draft after you opened the page. Look again."))
    if (latest.version if latest else 0) != release.over:
        raise DraftMoved(_("A newer version was published after you opened the page. Look again."))
    published = versions.publish(
        merchant, draft.document, note=release.note.strip(), kinds=release.kinds, by=release.by
    )
    discard_draft(draft)
    return published


def _to_edit(document: JsonDocument) -> JsonDocument:
    """Copy a document without the empty expressions of its rows: they would show as a column."""
    copied = copy.deepcopy(document)
    for row in copied.get("rules", ()):
        if not row.get("when"):
            row.pop("when", None)
    return copied
