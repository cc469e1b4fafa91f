"""A merchant's QC rules: immutable, numbered versions of one document, and the draft of the next.

`versions` are published and never changed, `drafts` (one per merchant) hold the document as typed,
`editing` changes it, `reading` says how far it is understood; `starters` are there to begin with.
"""

from qcportal.rulebooks.drafts import (
    DraftMoved,
    Release,
    RulebookDraft,
    Saving,
    change_draft,
    discard_draft,
    find_draft,
    get_draft,
    open_draft,
    publish_draft,
    select_drafts,
    undo_draft,
)
from qcportal.rulebooks.reading import Understood, understand
from qcportal.rulebooks.starters import STARTERS, Starter, starter_document
from qcportal.rulebooks.versions import (
    Rulebook,
    find_latest,
    get_version,
    publish,
    select_in_force,
    select_versions,
)

__all__ = [
    "STARTERS",
    "DraftMoved",
    "Release",
    "Rulebook",
    "RulebookDraft",
    "Saving",
    "Starter",
    "Understood",
    "change_draft",
    "discard_draft",
    "find_draft",
    "find_latest",
    "get_draft",
    "get_version",
    "open_draft",
    "publish",
    "publish_draft",
    "select_drafts",
    "select_in_force",
    "select_versions",
    "starter_document",
    "understand",
    "undo_draft",
]
