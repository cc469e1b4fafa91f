"""The dispute's state machine: one table of who may do what in which state. Pure.

`judge` says for one action where it leads or why not, and `offered` which actions a person has:
the buttons of a page and the checks of a change are the same property.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qcportal.disputes.roles import APPEALS, ASSIGNERS, DECIDERS, FILERS, OFFICERS, PORTAL, Asker
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext


class State(StrEnum):
    """Where a dispute stands; `deciding` and `second_look` are the carrier's own matter."""

    DRAFT = "draft"
    OPEN = "open"
    UNDER_REVIEW = "under_review"
    INFO_REQUESTED = "info_requested"
    SECOND_LOOK = "second_look"
    DECIDING = "deciding"
    APPROVED = "approved"
    PARTIALLY_APPROVED = "partially_approved"
    REJECTED = "rejected"
    APPEALED = "appealed"
    FINAL = "final"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What can be done to a dispute; the last three are the clock's."""

    SAVE = "save"
    SEND = "send"
    DISCARD = "discard"
    ADD = "add"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    APPEAL = "appeal"
    CLAIM = "claim"
    RELEASE = "release"
    ASSIGN = "assign"
    RECATEGORISE = "recategorise"
    ASK = "ask"
    DECIDE = "decide"
    AGREE = "agree"
    DISAGREE = "disagree"
    UNDO = "undo"
    SETTLE = "settle"
    RESUME = "resume"
    CLOSE = "close"


S, A = State, Action
OUTCOMES = (S.APPROVED, S.PARTIALLY_APPROVED, S.REJECTED)
WAITS_FOR: Mapping[State, str] = {
    S.DRAFT: "merchant",
    S.INFO_REQUESTED: "merchant",
    S.OPEN: "admin",
    S.UNDER_REVIEW: "admin",
    S.SECOND_LOOK: "admin",
    S.APPEALED: "admin",
}
"""Whose turn it is, in the states in which it is somebody's."""


@dataclass(frozen=True)
class Facts:
    """What the table looks at of one dispute.

    `outcome` and `decided_by` are of the decision that is not in force yet, `deciders` who decided
    before an appeal; people are told apart by id.
    """

    state: State
    level: int = 1
    needs_two: bool = False
    outcome: State | None = None
    file_by: datetime | None = None
    reply_by: datetime | None = None
    appeal_by: datetime | None = None
    effective_at: datetime | None = None
    claimed_by: str = ""
    claimed_by_name: str = ""
    claimed_until: datetime | None = None
    decided_by: str = ""
    agreed_by: str = ""
    deciders: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Allowed:
    """The action may be done, and leads to `state`."""

    state: State


@dataclass(frozen=True)
class Refused:
    """The action may not be done: a code for programs (role, state or a guard's), and words."""

    code: str
    reason: str


Guard = Callable[[Facts, Asker, datetime], Refused | None]


@dataclass(frozen=True)
class Rule:
    """One cell of the table: who may, where it leads, and what else must hold."""

    roles: frozenset[str]
    leads: State | Callable[[Facts], State]
    guards: tuple[Guard, ...] = ()


def shown_state(state: State) -> State:
    """Give the state as merchants and other programs see it: a decision counts once it holds."""
    return S.UNDER_REVIEW if state in (S.DECIDING, S.SECOND_LOOK) else state


def judge(facts: Facts, action: Action, asker: Asker, *, at: datetime) -> Allowed | Refused:
    """Tell where an action leads, or why it may not be done now by this asker."""
    if asker.role not in MAY[action]:
        return Refused("role", _("Your role does not include this."))
    rule = TABLE.get((facts.state, action))
    if rule is None:
        return Refused("state", WHY_NOT[facts.state])
    if asker.role not in rule.roles:
        return Refused("role", _("Your role does not include this."))
    for guard in rule.guards:
        refused = guard(facts, asker, at)
        if refused is not None:
            return refused
    return Allowed(rule.leads if isinstance(rule.leads, State) else rule.leads(facts))


def offered(facts: Facts, asker: Asker, *, at: datetime) -> frozenset[Action]:
    """Give the actions that this asker has now: the buttons of a page."""
    return frozenset(
        action for action in Action if isinstance(judge(facts, action, asker, at=at), Allowed)
    )


def due(facts: Facts) -> tuple[Action, datetime] | None:
    """Give what the clock will do next by itself and when, if anything."""
    if facts.state is S.DECIDING and facts.effective_at:
        return A.SETTLE, facts.effective_at
    if facts.state is S.INFO_REQUESTED and facts.reply_by:
        return A.RESUME, facts.reply_by
    if facts.state in OUTCOMES and facts.appeal_by:
        return A.CLOSE, facts.appeal_by
    return None


# --- what else must hold -------------------------------------------------------------------------


def _before(name: str, code: str, reason: str) -> Guard:
    def guard(facts: Facts, _asker: Asker, at: datetime) -> Refused | None:
        end = getattr(facts, name)
        return Refused(code, reason) if end is not None and end <= at else None

    return guard


def _after(name: str) -> Guard:
    def guard(facts: Facts, _asker: Asker, at: datetime) -> Refused | None:
        moment = getattr(facts, name)
        early = moment is None or at < moment
        return Refused("early", _("The time for this has not come.")) if early else None

    return guard


def _right_level(facts: Facts, asker: Asker, _at: datetime) -> Refused | None:
    """An appeal is decided by the roles of appeals, and by somebody who did not decide before."""
    if asker.role not in DECIDERS[facts.level]:
        if facts.level == 2:
            return Refused("level", _("This one is decided by an appeals officer."))
        return Refused("level", _("This one is decided by a dispute officer."))
    if asker.id in facts.deciders:
        return Refused("same_admin", _("You decided it before; an appeal needs somebody else."))
    return None


def _first_level(facts: Facts, _asker: Asker, _at: datetime) -> Refused | None:
    if facts.level == 1:
        return None
    return Refused("appealed", _("An appeal is running; it ends with its decision."))


def _free(facts: Facts, asker: Asker, at: datetime) -> Refused | None:
    until = facts.claimed_until
    if not facts.claimed_by or facts.claimed_by == asker.id or until is None or until <= at:
        return None
    return Refused("claimed", _("%(name)s is looking at it.", name=facts.claimed_by_name))


def _holds(facts: Facts, asker: Asker, _at: datetime) -> Refused | None:
    if facts.claimed_by == asker.id:
        return None
    return Refused("not_claimed", _("You do not hold it."))


def _another(facts: Facts, asker: Asker, _at: datetime) -> Refused | None:
    if facts.decided_by != asker.id:
        return None
    return Refused("same_admin", _("You decided; above this value somebody else has to agree."))


def _own(facts: Facts, asker: Asker, _at: datetime) -> Refused | None:
    if asker.id in (facts.decided_by, facts.agreed_by):
        return None
    return Refused("not_yours", _("Only who decided can undo it."))


# --- the table -----------------------------------------------------------------------------------

IN_TIME_TO_FILE = _before("file_by", "file_over", lazy_gettext("The time to dispute has ended."))
IN_TIME_TO_ANSWER = _before("reply_by", "reply_over", lazy_gettext("The time to answer has ended."))
IN_TIME_TO_APPEAL = _before(
    "appeal_by", "appeal_over", lazy_gettext("The time to appeal has ended.")
)
IN_TIME_TO_UNDO = _before(
    "effective_at", "undo_over", lazy_gettext("The decision holds; it cannot be undone.")
)
DECIDING_ROLES = OFFICERS | APPEALS
REVIEWING = (_right_level, _free)


def _decided(facts: Facts) -> State:
    return S.SECOND_LOOK if facts.needs_two else S.DECIDING


def _settled(facts: Facts) -> State:
    return S.FINAL if facts.level == 2 else facts.outcome or S.REJECTED


def _rows() -> Iterable[tuple[tuple[State, ...], Action, Rule]]:
    yield (S.DRAFT,), A.SAVE, Rule(FILERS, S.DRAFT, (IN_TIME_TO_FILE,))
    yield (S.DRAFT,), A.SEND, Rule(FILERS, S.OPEN, (IN_TIME_TO_FILE,))
    yield (S.DRAFT,), A.DISCARD, Rule(FILERS, S.WITHDRAWN)
    yield (S.DRAFT,), A.ADD, Rule(FILERS, S.DRAFT, (IN_TIME_TO_FILE,))
    for state in (S.OPEN, S.UNDER_REVIEW, S.INFO_REQUESTED):
        yield (state,), A.ADD, Rule(FILERS, state)
        yield (state,), A.RECATEGORISE, Rule(DECIDING_ROLES, state, REVIEWING)
        yield (state,), A.WITHDRAW, Rule(FILERS, S.WITHDRAWN, (_first_level,))
    yield (S.INFO_REQUESTED,), A.ANSWER, Rule(FILERS, S.UNDER_REVIEW, (IN_TIME_TO_ANSWER,))
    appealable = (S.PARTIALLY_APPROVED, S.REJECTED)
    yield appealable, A.APPEAL, Rule(FILERS, S.APPEALED, (IN_TIME_TO_APPEAL,))
    opened = (S.OPEN, S.UNDER_REVIEW, S.APPEALED)
    yield opened, A.CLAIM, Rule(DECIDING_ROLES, S.UNDER_REVIEW, REVIEWING)
    second = (*REVIEWING, _another)
    yield (S.SECOND_LOOK,), A.CLAIM, Rule(DECIDING_ROLES, S.SECOND_LOOK, second)
    for state in (S.UNDER_REVIEW, S.SECOND_LOOK):
        yield (state,), A.RELEASE, Rule(DECIDING_ROLES, state, (_holds,))
    for state in (S.OPEN, S.UNDER_REVIEW, S.INFO_REQUESTED, S.SECOND_LOOK, S.APPEALED):
        yield (state,), A.ASSIGN, Rule(ASSIGNERS, state)
    yield (S.UNDER_REVIEW,), A.ASK, Rule(DECIDING_ROLES, S.INFO_REQUESTED, REVIEWING)
    yield (S.UNDER_REVIEW,), A.DECIDE, Rule(DECIDING_ROLES, _decided, REVIEWING)
    yield (S.SECOND_LOOK,), A.AGREE, Rule(DECIDING_ROLES, S.DECIDING, second)
    yield (S.SECOND_LOOK,), A.DISAGREE, Rule(DECIDING_ROLES, S.UNDER_REVIEW, second)
    yield (S.SECOND_LOOK,), A.UNDO, Rule(DECIDING_ROLES, S.UNDER_REVIEW, (_own,))
    yield (S.DECIDING,), A.UNDO, Rule(DECIDING_ROLES, S.UNDER_REVIEW, (_own, IN_TIME_TO_UNDO))
    yield (S.DECIDING,), A.SETTLE, Rule(PORTAL, _settled, (_after("effective_at"),))
    yield (S.INFO_REQUESTED,), A.RESUME, Rule(PORTAL, S.UNDER_REVIEW, (_after("reply_by"),))
    yield OUTCOMES, A.CLOSE, Rule(PORTAL, S.CLOSED, (_after("appeal_by"),))


TABLE: Mapping[tuple[State, Action], Rule] = {
    (state, action): rule for states, action, rule in _rows() for state in states
}
MAY: Mapping[Action, frozenset[str]] = {
    action: frozenset().union(*(rule.roles for (_, each), rule in TABLE.items() if each is action))
    for action in Action
}
WHY_NOT: Mapping[State, str] = {
    S.DRAFT: lazy_gettext("It was not sent yet."),
    S.OPEN: lazy_gettext("It was sent, and nobody has opened it yet."),
    S.UNDER_REVIEW: lazy_gettext("It is in review."),
    S.INFO_REQUESTED: lazy_gettext("A question to the merchant is open."),
    S.SECOND_LOOK: lazy_gettext("It is decided, and a second person has to agree."),
    S.DECIDING: lazy_gettext("It is being decided."),
    S.APPROVED: lazy_gettext("It was decided: upheld."),
    S.PARTIALLY_APPROVED: lazy_gettext("It was decided: upheld in part."),
    S.REJECTED: lazy_gettext("It was decided: declined."),
    S.APPEALED: lazy_gettext("An appeal is running."),
    S.FINAL: lazy_gettext("The decision on the appeal is final."),
    S.CLOSED: lazy_gettext("It is closed."),
    S.WITHDRAWN: lazy_gettext("It was withdrawn."),
}
