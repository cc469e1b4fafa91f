"""Drafts: one per merchant, saved without losing anybody's work, published with a note."""

import pytest

from qcportal import accounts, errors, rulebooks
from qcportal.capture_kinds import SHIPPED
from qcportal.history import SYSTEM
from qcportal.rulebooks import Release, Saving
from tests.world import RULEBOOK, World

SAVING = Saving(SYSTEM, page="tab-1")


def opened(world: World) -> rulebooks.RulebookDraft:
    return rulebooks.open_draft(accounts.get_merchant(world.a.id), by=SYSTEM)


def release(draft: rulebooks.RulebookDraft, **changes: object) -> Release:
    given = {"note": "why", "revision": draft.revision, "over": 1, "kinds": SHIPPED, "by": SYSTEM}
    return Release(**(given | changes))  # type: ignore[arg-type]


def test_a_draft_is_a_copy_of_the_version_in_force_and_there_is_one(world: World) -> None:
    with world.inside():
        draft = opened(world)
        assert draft.document["title"] == RULEBOOK["title"]
        assert draft.base_version == 1
        assert opened(world).id == draft.id
        assert rulebooks.find_draft(world.b.id) is None


def test_a_change_of_an_old_revision_is_refused_and_nothing_is_lost(world: World) -> None:
    with world.inside():
        draft = opened(world)
        first = rulebooks.change_draft(draft, 1, {"title": "mine", "rules": []}, saving=SAVING)
        assert (first.revision, first.saved_from) == (2, "tab-1")
        with pytest.raises(rulebooks.DraftMoved):
            rulebooks.change_draft(first, 1, {"title": "late", "rules": []}, saving=SAVING)
        assert rulebooks.get_draft(world.a.id).document["title"] == "mine"


def test_a_change_with_words_can_be_undone_until_the_next_one(world: World) -> None:
    with world.inside():
        draft = opened(world)
        empty = {"title": "x", "rules": []}
        named = Saving(SYSTEM, undo="Row 1 deleted")
        gone = rulebooks.change_draft(draft, 1, empty, saving=named)
        assert gone.undo == "Row 1 deleted"
        back = rulebooks.undo_draft(gone, 2, saving=SAVING)
        assert back.document["title"] == RULEBOOK["title"]
        with pytest.raises(errors.Conflict, match="nothing to undo"):
            rulebooks.undo_draft(back, 3, saving=SAVING)


def test_publishing_needs_a_note_and_closes_the_draft(world: World) -> None:
    with world.inside():
        draft, merchant = opened(world), accounts.get_merchant(world.a.id)
        document = draft.document | {"title": "Phones"}
        draft = rulebooks.change_draft(draft, 1, document, saving=SAVING)
        with pytest.raises(errors.Invalid) as refused:
            rulebooks.publish_draft(merchant, draft, release(draft, note="  "))
        assert [fault.path for fault in refused.value.faults] == ["/note"]
        version, new = rulebooks.publish_draft(merchant, draft, release(draft))
        assert (version.version, version.title, version.note, new) == (2, "Phones", "why", True)
        assert rulebooks.find_draft(world.a.id) is None


@pytest.mark.parametrize("stale", [{"revision": 7}, {"over": 0}])
def test_publishing_what_one_has_not_seen_is_a_conflict(world: World, stale: dict) -> None:
    with world.inside():
        draft, merchant = opened(world), accounts.get_merchant(world.a.id)
        with pytest.raises(rulebooks.DraftMoved):
            rulebooks.publish_draft(merchant, draft, release(draft, **stale))


def test_a_faulty_draft_can_be_kept_but_not_published(world: World) -> None:
    with world.inside():
        draft, merchant = opened(world), accounts.get_merchant(world.a.id)
        faulty = {"title": "", "rules": [{"id": "x", "title": ""}]}
        draft = rulebooks.change_draft(draft, 1, faulty, saving=SAVING)
        with pytest.raises(errors.Invalid) as refused:
            rulebooks.publish_draft(merchant, draft, release(draft))
        assert "/title" in {fault.path for fault in refused.value.faults}


def test_a_draft_over_two_megabytes_is_refused(world: World) -> None:
    with world.inside():
        draft = opened(world)
        with pytest.raises(errors.TooLarge):
            rulebooks.change_draft(draft, 1, {"title": "x" * 2_000_001}, saving=SAVING)
