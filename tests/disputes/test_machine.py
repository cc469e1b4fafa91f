"""The dispute's machine over every (state, action, role), beside an oracle written on its own."""

import ast
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.disputes import machine, roles
from qcportal.disputes.machine import Action, Allowed, Facts, Refused, State
from qcportal.disputes.roles import Asker
from tests.disputes.oracle import expected, lines

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SOON, PAST = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
CLOCKS = {"settle": "effective_at", "resume": "reply_by", "close": "appeal_by"}
TRIPLES = list(product(State, Action, roles.ROLES, (1, 2)))
decided = st.sampled_from(machine.OUTCOMES)
moments = st.none() | st.integers(-3, 3).map(lambda hours: NOW + timedelta(hours=hours))
people = st.sampled_from(["", "asha", "bala", "chitra"])


def easy(state: State, action: Action, level: int = 1) -> Facts:
    """Give facts under which nothing but state, action and role can refuse."""
    facts = Facts(
        state, level, outcome=State.REJECTED, file_by=SOON, reply_by=SOON, appeal_by=SOON,
        effective_at=SOON, claimed_by="me", claimed_by_name="Me", claimed_until=SOON,
    )  # fmt: skip
    if action is Action.UNDO:
        return replace(facts, decided_by="me")
    return replace(facts, **{CLOCKS[action]: PAST}) if action in CLOCKS else facts


def judged(facts: Facts, action: Action, role: str, who: str = "me") -> Allowed | Refused:
    return machine.judge(facts, action, Asker(role, who), at=NOW)


def test_the_triples_are_all_there_are() -> None:
    assert len(TRIPLES) == 13 * 19 * 10 * 2
    assert {state for state, *_ in lines()} <= set(State)


def test_every_triple_is_what_the_oracle_says() -> None:
    wrong = []
    for state, action, role, level in TRIPLES:
        said = judged(easy(state, action, level), action, role)
        following = said.state if isinstance(said, Allowed) else None
        if following != expected(state, action, role, level):
            wrong.append((state, action, role, level, said))
    assert wrong == []


def test_every_refusal_has_a_code_and_a_sentence() -> None:
    for state, action, role, level in TRIPLES:
        said = judged(easy(state, action, level), action, role)
        if isinstance(said, Refused):
            assert said.code and said.reason.endswith(".") and said.reason[0].isupper()


def test_nothing_leads_out_of_an_end() -> None:
    for end in (State.FINAL, State.CLOSED, State.WITHDRAWN):
        assert not [action for state, action in machine.TABLE if state is end]


def test_every_state_can_be_reached_and_each_that_is_no_end_can_be_left() -> None:
    reached, seen = {State.DRAFT}, set()
    while reached - seen:
        state = (reached - seen).pop()
        seen.add(state)
        for action, level, two in product(Action, (1, 2), (False, True)):
            for outcome, role in product(machine.OUTCOMES, roles.ROLES):
                facts = replace(easy(state, action, level), needs_two=two, outcome=outcome)
                said = judged(facts, action, role)
                if isinstance(said, Allowed):
                    reached.add(said.state)
    assert reached == set(State)


@pytest.mark.parametrize("outcome", machine.OUTCOMES)
def test_a_decision_in_force_is_what_was_decided(outcome: State) -> None:
    facts = replace(easy(State.DECIDING, Action.SETTLE), outcome=outcome)
    assert judged(facts, Action.SETTLE, "portal") == Allowed(outcome)


def test_above_the_value_limit_a_second_person_is_asked() -> None:
    facts = replace(easy(State.UNDER_REVIEW, Action.DECIDE), needs_two=True)
    assert judged(facts, Action.DECIDE, "dispute_officer") == Allowed(State.SECOND_LOOK)


@pytest.mark.parametrize(
    ("state", "action", "role", "changes", "code"),
    [
        (State.DRAFT, Action.SEND, "owner", {"file_by": NOW}, "file_over"),
        (State.DRAFT, Action.SAVE, "owner", {"file_by": PAST}, "file_over"),
        (State.INFO_REQUESTED, Action.ANSWER, "owner", {"reply_by": NOW}, "reply_over"),
        (State.INFO_REQUESTED, Action.RESUME, "portal", {"reply_by": SOON}, "early"),
        (State.REJECTED, Action.APPEAL, "claims", {"appeal_by": NOW}, "appeal_over"),
        (State.REJECTED, Action.CLOSE, "portal", {"appeal_by": SOON}, "early"),
        (State.DECIDING, Action.UNDO, "system", {"effective_at": NOW}, "undo_over"),
        (State.DECIDING, Action.UNDO, "system", {"decided_by": "asha"}, "not_yours"),
        (State.DECIDING, Action.SETTLE, "portal", {"effective_at": SOON}, "early"),
        (State.UNDER_REVIEW, Action.DECIDE, "system", {"claimed_by": "asha"}, "claimed"),
        (State.UNDER_REVIEW, Action.RELEASE, "system", {"claimed_by": "asha"}, "not_claimed"),
        (State.UNDER_REVIEW, Action.DECIDE, "appeals_officer", {}, "level"),
        (State.UNDER_REVIEW, Action.DECIDE, "dispute_officer", {"level": 2}, "level"),
        (State.APPEALED, Action.CLAIM, "system",
         {"level": 2, "deciders": frozenset({"me"})}, "same_admin"),
        (State.SECOND_LOOK, Action.AGREE, "system", {"decided_by": "me"}, "same_admin"),
        (State.UNDER_REVIEW, Action.WITHDRAW, "owner", {"level": 2}, "appealed"),
        (State.APPROVED, Action.APPEAL, "owner", {}, "state"),
    ],
)  # fmt: skip
def test_clocks_and_people_refuse(
    state: State, action: Action, role: str, changes: dict, code: str
) -> None:
    said = judged(replace(easy(state, action), **changes), action, role)
    assert isinstance(said, Refused)
    assert said.code == code


def test_a_claim_that_ran_out_binds_nobody() -> None:
    facts = replace(easy(State.UNDER_REVIEW, Action.DECIDE), claimed_by="asha", claimed_until=NOW)
    assert isinstance(judged(facts, Action.DECIDE, "system"), Allowed)


facts_of_any_kind = st.builds(
    Facts,
    state=st.sampled_from(State),
    level=st.sampled_from([1, 2]),
    needs_two=st.booleans(),
    outcome=decided,
    file_by=moments,
    reply_by=moments,
    appeal_by=moments,
    effective_at=moments,
    claimed_by=people,
    claimed_by_name=people,
    claimed_until=moments,
    decided_by=people,
    agreed_by=people,
    deciders=st.frozensets(people),
)


@given(facts_of_any_kind, st.sampled_from(roles.ROLES), people)
def test_what_is_offered_is_what_a_change_allows(facts: Facts, role: str, who: str) -> None:
    asker = Asker(role, who)
    buttons = machine.offered(facts, asker, at=NOW)
    for action in Action:
        said = machine.judge(facts, action, asker, at=NOW)
        assert (action in buttons) is isinstance(said, Allowed)


@given(facts_of_any_kind, st.sampled_from(Action), st.sampled_from(roles.ROLES), people)
def test_no_clock_and_no_person_makes_more_possible_than_the_oracle(
    facts: Facts, action: Action, role: str, who: str
) -> None:
    said = machine.judge(facts, action, Asker(role, who), at=NOW)
    if isinstance(said, Allowed):
        assert expected(facts.state, action, role, facts.level) is not None
        assert not (facts.level == 2 and action is Action.DECIDE and who in facts.deciders)
        assert not (action is Action.AGREE and who == facts.decided_by)


@given(facts_of_any_kind)
def test_what_the_clock_does_next_is_allowed_from_that_moment_on_and_not_before(
    facts: Facts,
) -> None:
    told = machine.due(facts)
    if told is not None:
        action, at = told
        clock = Asker("portal", "portal")
        assert isinstance(machine.judge(facts, action, clock, at=at), Allowed)
        before = at - timedelta(microseconds=1)
        assert isinstance(machine.judge(facts, action, clock, at=before), Refused)


def test_merchants_never_see_a_decision_that_is_not_in_force() -> None:
    shown = {machine.shown_state(state) for state in State}
    assert shown == set(State) - {State.DECIDING, State.SECOND_LOOK}


@pytest.mark.parametrize("module", [machine, roles])
def test_the_machine_is_pure(module) -> None:
    tree = ast.parse(Path(module.__file__).read_text())
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {name for name in named if name.startswith("qcportal")}
    assert ours <= {"qcportal.disputes.roles", "qcportal.language"}
    assert not any("sqlalchemy" in name or "flask" in name for name in named)
