"""Filing: what a claim needs, what is suggested, the receipt, and one dispute per return."""

import threading
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from qcportal import accounts, clock, disputes, errors, tenancy
from qcportal.db import db
from qcportal.disputes import Box, Citation, Deadlines, ItemClaim
from qcportal.history import SYSTEM
from tests.disputes.cases import (
    ASHA,
    CLAIMS,
    KEY,
    VIEWER,
    a_claim,
    in_review,
    inspected,
    row,
    sent,
    steps,
    told,
)
from tests.world import World


def test_a_draft_becomes_a_dispute_with_a_receipt_and_clocks(world: World) -> None:
    rvp = inspected(world)
    with world.inside():
        draft = disputes.draft(a_claim(world, rvp), by=CLAIMS)
        assert (draft.state, draft.number, draft.waits_for) == ("draft", None, "merchant")
    assert world.return_row(rvp["return_id"]).dispute_state == "draft"
    with world.inside():
        dispute = disputes.send(draft.id, by=CLAIMS, seen=draft.version)
    assert (dispute.state, dispute.number, dispute.waits_for) == ("open", 1001, "admin")
    assert dispute.file_by == world.return_row(rvp["return_id"]).checked_at + timedelta(days=7)
    assert dispute.decide_by - dispute.filed_at >= timedelta(days=5)
    assert world.return_row(rvp["return_id"]).dispute_state == "open"
    assert steps(world, dispute.id) == ["draft", "send"]
    assert told(world, dispute.id) == ["opened"]


def test_receipts_have_no_gaps_where_sending_failed(world: World) -> None:
    numbers = [sent(world).number for _ in range(2)]
    rvp = inspected(world)
    with world.inside(commit=False):
        begun = disputes.draft(a_claim(world, rvp), by=CLAIMS)
        disputes.send(begun.id, by=CLAIMS)
        db.session.rollback()
    assert [*numbers, sent(world, rvp=rvp).number] == [1001, 1002, 1003]


def test_the_category_is_suggested_from_the_check_that_failed(world: World) -> None:
    dispute = sent(world)
    assert (dispute.category, dispute.suggested_category) == ("damaged", "damaged")
    assert (dispute.lead_check, dispute.lead_rule) == ("damage", "always")
    other = sent(world, rvp=inspected(world, failed="imei"))
    assert (other.category, other.lead_check, other.lead_rule) == ("wrong_item", "imei", "imei")
    about = sent(world, kind="photos_not_good_enough", category="other")
    assert about.suggested_category == "photos_missing_or_unclear"
    assert about.category == "other"


def test_without_an_amount_the_price_is_claimed(world: World) -> None:
    dispute = sent(world, items=())
    assert (dispute.amount_minor, dispute.currency) == (1_899_900, "INR")


def test_above_the_merchants_limit_two_have_to_agree(world: World) -> None:
    rvp = inspected(world)
    with world.inside():
        merchant = accounts.get_merchant(world.a.id)
        disputes.set_deadlines(merchant, Deadlines(two_above=149_999), by=SYSTEM)
    assert sent(world, rvp=rvp).needs_two
    with world.inside():
        merchant = accounts.get_merchant(world.a.id)
        disputes.set_deadlines(merchant, Deadlines(two_above=150_000), by=SYSTEM)
    assert not sent(world).needs_two


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"text": "Too short"}, "/text", "bad_text"),
        ({"citations": ()}, "/evidence", "no_evidence"),
    ],
)
def test_a_draft_may_be_incomplete_and_is_not_sent(
    world: World, changes: dict, path: str, code: str
) -> None:
    rvp = inspected(world)
    with world.inside():
        draft = disputes.draft(a_claim(world, rvp, **changes), by=CLAIMS)
    with pytest.raises(errors.Invalid) as refused, world.inside():
        disputes.send(draft.id, by=CLAIMS)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [(path, code)]
    assert row(world, draft.id).state == "draft"


def test_every_fault_is_told_at_once(world: World) -> None:
    rvp = inspected(world)
    stranger = uuid.uuid4()
    photos = world.photo_rows(rvp["return_id"])
    wrong = a_claim(
        world,
        rvp,
        kind="should_have_failed",
        category="nonsense",
        currency="rupees",
        lead_check="never-asked",
        items=(ItemClaim(stranger), ItemClaim(stranger, -1, "nonsense")),
        citations=(
            Citation(stranger),
            Citation(),
            Citation(photos["damage"].id),
            Citation(photos["front"].id, missing=True),
            Citation(photos["inspection"].id),
            Citation(photos["front"].id, box=Box(0.5, 0.5, 0.6, 0.1)),
        ),
    )
    with pytest.raises(errors.Invalid) as refused, world.inside():
        disputes.draft(wrong, by=CLAIMS)
    found = {(fault.path, fault.code) for fault in refused.value.faults}
    assert found == {
        ("/kind", "does_not_fit"),
        ("/category", "unknown_category"),
        ("/currency", "bad_currency"),
        ("/check", "unknown_check"),
        ("/items/0/item_id", "unknown_item"),
        ("/items/1/item_id", "unknown_item"),
        ("/items/1/item_id", "duplicate_item"),
        ("/items/1/amount_minor", "bad_amount"),
        ("/items/1/claim", "unknown_kind"),
        ("/evidence/0/photo_id", "cannot_cite"),
        ("/evidence/1/photo_id", "cannot_cite"),
        ("/evidence/2/photo_id", "cannot_cite"),
        ("/evidence/3/photo_id", "cannot_cite"),
        ("/evidence/4/photo_id", "cannot_cite"),
        ("/evidence/5/box", "bad_box"),
        ("/evidence/5/photo_id", "duplicate_photo"),
    }
    assert world.return_row(rvp["return_id"]).dispute_state == "none"


def test_a_photo_that_never_came_is_said_to_be_missing(world: World) -> None:
    rvp = inspected(world)
    missing = Citation(world.photo_rows(rvp["return_id"])["damage"].id, missing=True)
    dispute = sent(world, rvp=rvp, citations=(missing, Citation(missing=True, note="No label")))
    with world.inside(commit=False):
        full = disputes.get_full(dispute.id, by=CLAIMS)
    assert [each.missing for each in full.evidence] == [True, True]


def test_a_draft_is_changed_and_keeps_its_return(world: World) -> None:
    rvp, other = inspected(world), inspected(world)
    photo = world.photo_rows(rvp["return_id"])["front"].id
    cited = Citation(photo, box=Box(0.1, 0.2, 0.3, 0.4))
    first = a_claim(world, rvp)
    changed = a_claim(world, rvp, text=TEXT_TWO, citations=(cited,))
    with world.inside():
        draft = disputes.draft(first, by=CLAIMS)
        version = draft.version
        disputes.save(draft.id, changed, by=CLAIMS, seen=version)
    with world.inside(commit=False):
        full = disputes.get_full(draft.id, by=CLAIMS)
    assert full.case.text == TEXT_TWO
    assert [each.box for each in full.evidence] == [(0.1, 0.2, 0.3, 0.4)]
    assert len(full.items) == 1
    with pytest.raises(errors.Conflict, match="Chitra of Fern changed it"), world.inside():
        disputes.save(draft.id, changed, by=KEY, seen=version)
    elsewhere = replace(changed, return_id=uuid.UUID(other["return_id"]))
    with pytest.raises(errors.Invalid), world.inside():
        disputes.save(draft.id, elsewhere, by=CLAIMS)


TEXT_TWO = "The photo on the left shows that the box was sealed when it was picked up."


def test_one_dispute_per_return_until_it_is_withdrawn(world: World) -> None:
    rvp = inspected(world)
    dispute = sent(world, rvp=rvp)
    with pytest.raises(errors.Conflict, match="disputed already: D-1001"), world.inside():
        disputes.draft(a_claim(world, rvp), by=CLAIMS)
    with world.inside():
        disputes.withdraw(dispute.id, by=CLAIMS)
    assert world.return_row(rvp["return_id"]).dispute_state == "withdrawn"
    assert sent(world, rvp=rvp).number == 1002
    assert world.return_row(rvp["return_id"]).dispute_state == "open"


def test_a_discarded_draft_leaves_the_return_free(world: World) -> None:
    rvp = inspected(world)
    with world.inside():
        draft = disputes.draft(a_claim(world, rvp), by=CLAIMS)
        disputes.discard(draft.id, by=CLAIMS)
    assert sent(world, rvp=rvp).state == "open"


def test_after_the_deadline_nothing_is_filed_or_sent(world: World) -> None:
    rvp, late = inspected(world), clock.now() + timedelta(days=7, minutes=1)
    with world.inside():
        draft = disputes.draft(a_claim(world, rvp), by=CLAIMS)
    with clock.frozen(late):
        with pytest.raises(errors.Conflict, match="time to dispute has ended"), world.inside():
            disputes.send(draft.id, by=CLAIMS)
        with world.inside(commit=False):
            other = uuid.UUID(inspected_before(world))
            said = disputes.find_eligible([other])[other]
    assert (said.allowed, said.code) == (False, "file_over")
    assert said.reason.startswith("The time to dispute ended on ")


def inspected_before(world: World) -> str:
    with clock.frozen(clock.now() - timedelta(days=8)):
        return inspected(world)["return_id"]


def test_what_can_be_disputed_is_said_in_words(world: World) -> None:
    fresh, failed, taken = world.register(), inspected(world), inspected(world)
    sent(world, rvp=taken)
    ids = [uuid.UUID(each["return_id"]) for each in (fresh, failed, taken)]
    with world.inside(commit=False):
        said = disputes.find_eligible(ids)
    assert [said[each].code for each in ids] == ["not_inspected", "ok", "disputed"]
    assert said[ids[1]].kinds == (
        "should_have_passed", "photos_not_good_enough", "inspection_not_done",
    )  # fmt: skip
    assert said[ids[1]].reason.startswith("It can be disputed until ")
    assert said[ids[2]].dispute_id is not None


def test_photos_say_why_they_cannot_be_cited(world: World) -> None:
    rvp = inspected(world)
    wait = disputes.Wait(1800, 172_800)
    photos = world.photo_rows(rvp["return_id"])
    said = {
        slot: disputes.why_not_citable(photo, inspected=True, wait=wait)
        for slot, photo in photos.items()
    }
    assert said["front"] is None
    assert said["damage"] == "It is missing; say so instead of citing it."
    assert said["spare-1"] == "It was not taken."
    assert "inspection" in str(said["inspection"])


def test_several_are_raised_each_for_itself(world: World) -> None:
    good, twice, fresh = inspected(world), inspected(world), world.register()
    sent(world, rvp=twice)
    wanted = [
        a_claim(world, good),
        a_claim(world, twice),
        replace(a_claim(world, good), return_id=uuid.UUID(fresh["return_id"])),
        replace(a_claim(world, good), return_id=uuid.uuid4()),
        a_claim(world, inspected(world), text="short"),
    ]
    with world.inside():
        told_of = disputes.raise_many(wanted, by=CLAIMS)
    assert [each.number for each in told_of] == ["D-1002", None, None, None, None]
    assert "D-1001" in told_of[1].refusal
    assert told_of[2].refusal == "It was not inspected yet."
    assert "20 to 1000" in told_of[4].refusal
    assert world.return_row(wanted[4].return_id.hex).dispute_state == "none"


@pytest.mark.parametrize("who", [VIEWER, ASHA])
def test_a_role_that_files_none_files_none(world: World, who: disputes.Person) -> None:
    rvp = inspected(world)
    with pytest.raises(errors.Forbidden), world.inside():
        disputes.draft(a_claim(world, rvp), by=who)


def test_another_merchants_return_and_dispute_are_not_there(world: World) -> None:
    theirs = inspected(world, store=world.b)
    dispute = sent(world, rvp=theirs)
    with world.app.app_context(), tenancy.tenant(world.a.id):
        for change in (
            lambda: disputes.draft(a_claim(world, theirs), by=CLAIMS),
            lambda: disputes.withdraw(dispute.id, by=CLAIMS),
            lambda: disputes.get_full(dispute.id, by=CLAIMS),
            lambda: disputes.get_case(dispute.id, by=CLAIMS),
            lambda: disputes.answer(dispute.id, "An answer", by=CLAIMS),
        ):
            with pytest.raises(errors.NotFound):
                change()
            db.session.rollback()
        assert disputes.get_page(disputes.ListFilter(), by=CLAIMS).rows == []
        assert disputes.count_tabs(disputes.ListFilter())["all"] == 0
        assert disputes.settle_due(clock.now() + timedelta(days=90)) == 0
        db.session.rollback()


def test_a_claim_on_another_merchants_photo_is_refused(world: World) -> None:
    theirs = inspected(world, store=world.b)
    photo = world.photo_rows(theirs["return_id"])["front"].id
    rvp = inspected(world)
    with pytest.raises(errors.Invalid), world.inside():
        disputes.draft(a_claim(world, rvp, citations=(Citation(photo),)), by=CLAIMS)


def test_withdrawn_is_withdrawn(world: World) -> None:
    dispute = in_review(world)
    with world.inside():
        disputes.withdraw(dispute.id, by=CLAIMS)
    late = pytest.raises(errors.Conflict, match="withdrawn. Chitra of Fern withdrew it")
    with late, world.inside():
        disputes.claim(dispute.id, by=ASHA)
    assert row(world, dispute.id).waits_for is None


def test_words_that_are_added_at_once_are_all_kept(world: World) -> None:
    dispute = sent(world)
    start, refused = threading.Barrier(8), []

    def add(number: int) -> None:
        start.wait()
        try:
            with world.inside():
                disputes.add_words(dispute.id, f"Number {number}", by=CLAIMS)
        except errors.PortalError as error:
            refused.append(error.detail)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert refused == []
    with world.inside(commit=False):
        messages = disputes.get_full(dispute.id, by=CLAIMS).messages
    assert {each.text for each in messages} == {f"Number {number}" for number in range(8)}
    assert row(world, dispute.id).version == dispute.version + 8


def test_two_who_raise_the_same_returns_at_once_do_not_wait_in_a_circle(world: World) -> None:
    rvps = [inspected(world) for _ in range(4)]
    claims = [a_claim(world, rvp) for rvp in rvps]
    start, told_of = threading.Barrier(2), []

    def raise_all(wanted: list) -> None:
        start.wait()
        with world.inside():
            told_of.extend(disputes.raise_many(wanted, by=CLAIMS))

    threads = [threading.Thread(target=raise_all, args=(each,)) for each in (claims, claims[::-1])]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    numbers = sorted(each.number for each in told_of if each.number)
    assert numbers == ["D-1001", "D-1002", "D-1003", "D-1004"]
    assert len(told_of) == 8
