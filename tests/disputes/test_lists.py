"""Lists, queue and detail: filters, counts, keyset pages, and a fixed number of statements."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from qcportal import accounts, clock, disputes, errors, returns
from qcportal.db import db
from qcportal.disputes import Action, ListFilter, Place, QueueFilter
from tests.disputes.cases import (
    ASHA,
    AUDIT,
    BALA,
    CLAIMS,
    DECLINED,
    KEY,
    OPS,
    VIEWER,
    a_claim,
    in_review,
    inspected,
    sent,
)
from tests.world import World


@contextmanager
def counting() -> Iterator[list[str]]:
    """Gather the statements that go out, without what tells Postgres the tenant."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_pages_go_on_from_the_last_row(world: World) -> None:
    made = [sent(world).id for _ in range(5)]
    with world.inside(commit=False):
        seen, place = [], None
        for _ in range(3):
            page = disputes.get_page(ListFilter(), place, by=CLAIMS, size=2)
            seen += [case.id for case in page.rows]
            place = page.next
        assert (seen, place) == (made[::-1], None)
        seen, place = [], None
        for _ in range(3):
            page = disputes.get_queue(QueueFilter(), place, by=ASHA, size=2)
            seen += [case.id for case in page.rows]
            place = page.next
        assert (seen, place) == (made, None)


def test_lists_are_narrowed_and_counted(world: World) -> None:
    first, other = sent(world), sent(world, kind="photos_not_good_enough")
    theirs = sent(world, rvp=inspected(world, store=world.b))
    claim = a_claim(world, inspected(world))
    with world.inside():
        draft = disputes.draft(claim, by=CLAIMS)
        disputes.claim(other.id, by=ASHA)
        disputes.ask(other.id, "Which photo do you mean?", by=ASHA)
    mine = {"merchant_id": world.a.id}
    with world.inside(commit=False):

        def ids(**filters) -> list[uuid.UUID]:
            page = disputes.get_page(ListFilter(**mine, **filters), by=CLAIMS)
            return [case.id for case in page.rows]

        assert set(ids()) == {first.id, other.id, draft.id}
        assert ids(tab="draft") == [draft.id]
        assert ids(tab="question") == [other.id]
        assert ids(tab="in_review") == [first.id]
        assert ids(state="open") == [first.id]
        assert ids(kind="photos_not_good_enough") == [other.id]
        assert ids(category="damaged", tab="draft") == [draft.id]
        assert ids(return_id=first.return_id) == [first.id]
        counts = disputes.count_tabs(ListFilter(**mine))
        assert counts == {
            "all": 3, "draft": 1, "question": 1, "in_review": 1, "decided": 0, "withdrawn": 0,
            "late": 0,
        }  # fmt: skip
        queue = disputes.get_queue(QueueFilter(), by=ASHA).rows
        assert {case.id for case in queue} == {first.id, theirs.id}
        only = disputes.get_queue(QueueFilter(merchant_id=world.b.id), by=ASHA).rows
        assert [case.merchant_name for case in only] == ["Kiln Street"]


def test_the_queue_is_mine_unassigned_or_all(world: World) -> None:
    first, second = sent(world), sent(world)
    with world.inside():
        email = world._person("officer@carrier.example", "Ira Officer", "dispute_officer", None)
        clerk = world._person("clerk@carrier.example", "Clerk", "auditor", None)
    with world.inside():
        officer = accounts.find_user_by_email(email)
        disputes.assign(first.id, officer.id, by=OPS)
        with pytest.raises(errors.Invalid, match="dispute or appeals officer"):
            disputes.assign(first.id, accounts.find_user_by_email(clerk).id, by=OPS)
        ira = disputes.Person(officer.actor, "dispute_officer")
    with world.inside(commit=False):
        got = {
            whose: [each.id for each in disputes.get_queue(QueueFilter(whose), by=ira).rows]
            for whose in ("mine", "unassigned", "all", "nonsense")
        }
        counts = disputes.count_queue(QueueFilter(), by=ira)
    assert got == {
        "mine": [first.id], "unassigned": [second.id], "all": [first.id, second.id],
        "nonsense": [],
    }  # fmt: skip
    assert (counts.mine, counts.unassigned, counts.all, counts.late) == (1, 1, 2, 0)
    with world.inside():
        assert disputes.assign(first.id, None, by=OPS).assigned_to == ""


def test_the_next_one_is_the_first_that_nobody_looks_at(world: World) -> None:
    first, second, third = sent(world), sent(world), sent(world)
    with world.inside():
        disputes.claim(first.id, by=BALA)
    with world.inside(commit=False):
        assert disputes.find_next(QueueFilter(), by=ASHA) == second.id
        place = Place(second.decide_by, second.id)
        assert disputes.find_next(QueueFilter(), by=ASHA, after=place) == third.id
        last = Place(third.decide_by, third.id)
        assert disputes.find_next(QueueFilter(), by=ASHA, after=last) == second.id
        assert disputes.find_next(QueueFilter(), by=BALA) == first.id


@pytest.mark.parametrize(
    ("who", "wanted"),
    [
        (VIEWER, set()),
        (AUDIT, set()),
        (CLAIMS, {Action.ADD, Action.WITHDRAW}),
        (KEY, {Action.ADD, Action.WITHDRAW}),
        (OPS, {Action.ASSIGN}),
        (ASHA, {Action.CLAIM, Action.RECATEGORISE, Action.ASSIGN}),
    ],
)
def test_each_role_is_offered_its_own_buttons(world: World, who, wanted) -> None:
    dispute = sent(world)
    with world.inside(commit=False):
        assert disputes.get_case(dispute.id, by=who).actions == wanted


def statements(world: World, read) -> int:
    with world.inside(commit=False):
        db.session.execute(db.text("SELECT 1"))
        with counting() as seen:
            read()
        return len(seen)


def test_every_read_takes_a_fixed_number_of_statements(world: World) -> None:
    def look(dispute_id: uuid.UUID) -> dict[str, int]:
        return {
            "list": statements(world, lambda: disputes.get_page(ListFilter(), by=CLAIMS)),
            "tabs": statements(world, lambda: disputes.count_tabs(ListFilter())),
            "queue": statements(world, lambda: disputes.get_queue(QueueFilter(), by=ASHA)),
            "counts": statements(world, lambda: disputes.count_queue(QueueFilter(), by=ASHA)),
            "detail": statements(world, lambda: disputes.get_full(dispute_id, by=ASHA)),
        }

    small = in_review(world)
    before = look(small.id)
    large = in_review(world, rvp=inspected(world, items=4))
    with world.inside():
        for number in range(3):
            disputes.add_words(large.id, f"And another thing, number {number}.", by=CLAIMS)
            disputes.decide(large.id, DECLINED, by=ASHA)
            disputes.undo(large.id, by=ASHA)
    for _ in range(3):
        sent(world)
    after = look(large.id)
    assert {name: after[name] for name in after if name != "detail"} == {
        "list": 1, "tabs": 1, "queue": 1, "counts": 1,
    }  # fmt: skip
    assert before["detail"] <= after["detail"] <= 7


def test_who_is_late_is_counted_off_an_index(world: World) -> None:
    sent(world)
    with world.inside(commit=False):
        on_sqlite = db.engine.dialect.name == "sqlite"
        if not on_sqlite:  # a table of one row is read whole, whatever indexes there are
            db.session.execute(db.text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN " if on_sqlite else "EXPLAIN "
        late = disputes.lists._late(clock.now())
        counted = db.select(db.func.count()).select_from(disputes.Dispute).where(late)
        compiled = counted.compile(db.engine, compile_kwargs={"literal_binds": True})
        plan = str(db.session.execute(db.text(explain + str(compiled))).all())
    # With one row every index costs Postgres the same, and any of them may be taken.
    assert ("waits_for_decide_by_id" if on_sqlite else "Index") in plan


def test_a_return_is_listed_by_the_state_of_its_dispute(world: World) -> None:
    disputed, _other = sent(world), inspected(world)
    with world.inside(commit=False):
        rows = returns.get_page(returns.ListFilter(dispute="open"), None).rows
        assert [rvp.id for rvp in rows] == [disputed.return_id]
        any_of = returns.get_page(returns.ListFilter(dispute="any"), None).rows
        assert [rvp.id for rvp in any_of] == [disputed.return_id]
        assert returns.get_page(returns.ListFilter(dispute="final"), None).rows == []


def test_the_page_of_a_return_finds_its_latest_dispute(world: World) -> None:
    rvp = inspected(world)
    first = sent(world, rvp=rvp)
    with world.inside():
        disputes.withdraw(first.id, by=CLAIMS)
    second = sent(world, rvp=rvp)
    with world.inside(commit=False):
        found = disputes.find_case_of_return(first.return_id, by=CLAIMS)
        assert found is not None and found.id == second.id
        assert disputes.find_case_of_return(uuid.uuid4(), by=CLAIMS) is None
