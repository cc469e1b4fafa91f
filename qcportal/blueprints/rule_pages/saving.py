"""What a rule page works at: the draft if there is one, else the version in force; and saving."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask import request

from qcportal import rulebooks
from qcportal.accounts import Merchant
from qcportal.blueprints.access import actor, settings
from qcportal.blueprints.rule_pages.door import Door
from qcportal.rulebooks import Rulebook, RulebookDraft, Saving, Understood

EVERY_ITEM_PATH = "every-item"
EMPTY: dict[str, Any] = {"title": "", "rules": []}


def page_token() -> str:
    """Give the mark of the browser page that sent the form, by which it knows its own changes."""
    return request.form.get("page", "")[:40]


def refused(shown: str) -> tuple[str, int]:
    """Answer with a page that says what was not saved; htmx shows none with an error's status."""
    return shown, 200 if "HX-Request" in request.headers else 409


@dataclass(frozen=True)
class Desk:
    """A merchant's rules as one request finds them; `reading` is the version that is looked at."""

    door: Door
    merchant: Merchant
    draft: RulebookDraft | None
    live: Rulebook | None
    reading: Rulebook | None = None

    @classmethod
    def of(cls, door: Door, merchant: Merchant) -> "Desk":
        """Load the draft and the version in force."""
        draft, live = rulebooks.find_draft(merchant.id), rulebooks.find_latest(merchant.id)
        return cls(door, merchant, draft, live)

    @property
    def document(self) -> dict[str, Any]:
        """Give the document that the page shows."""
        if self.reading is not None:
            return self.reading.document  # type: ignore[no-any-return]
        if self.draft is not None:
            found: dict[str, Any] = self.draft.document
            return found
        return self.live.document if self.live else EMPTY

    @cached_property
    def understood(self) -> Understood:
        """Give the faults of the document, and what can be made of it."""
        return rulebooks.understand(self.document, settings().capture_kinds)

    @property
    def edits(self) -> bool:
        """Tell whether inputs are on: there is a draft, and the person may change it."""
        return self.draft is not None and self.door.may_edit

    def table_url(self, table: str, anchor: str = "") -> str:
        """Give the address of a table (its key, empty for every item) in what is looked at."""
        if self.reading is not None:
            address = self.door.url("rules_version", number=self.reading.version)
        else:
            address = self.door.url("rules_table", table=table or EVERY_ITEM_PATH)
        return f"{address}#{anchor}" if anchor else address

    def row_url(self, row: str) -> str:
        """Give the address of a row in what is looked at."""
        if self.reading is not None:
            return self.door.url("rules_version_row", number=self.reading.version, row=row)
        return self.door.url("rules_row", row=row)

    def editable(self) -> RulebookDraft:
        """Give the draft that is to be changed, or raise NotFound."""
        return self.draft or rulebooks.get_draft(self.merchant.id)

    def with_draft(self, draft: RulebookDraft) -> "Desk":
        """Give the desk after a change."""
        return replace(self, draft=draft)

    def was_changed_by_others(self, current: str) -> bool:
        """Tell whether what this page shows is no longer what the draft holds.

        `current` marks what the draft holds now. What the same browser page saved a moment ago,
        while its next change was already on its way, is no change by others.
        """
        draft, seen = self.editable(), request.form.get("seen", "")
        page = page_token()
        return bool(seen) and seen != current and (not page or draft.saved_from != page)

    def save_change(self, document: dict[str, Any], *, undo: str = "") -> RulebookDraft:
        """Store the document as the draft; raises DraftMoved when somebody came in between."""
        draft = self.editable()
        if document == draft.document:
            return draft
        saving = Saving(actor(), page=page_token(), undo=undo)
        return rulebooks.change_draft(draft, draft.revision, document, saving=saving)
