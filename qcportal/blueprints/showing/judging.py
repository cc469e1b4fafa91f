"""What a person can do with a dispute, as its state, the clock and their role have it."""

from datetime import datetime
from typing import Any

from flask import url_for

from qcportal import accounts, clock, disputes
from qcportal.blueprints.jinja import local_time
from qcportal.blueprints.showing import dispute_reasons, money
from qcportal.blueprints.showing.dispute_queue import looking_at
from qcportal.blueprints.showing.frames import CARRIER_ZONE
from qcportal.blueprints.shown.dispute_queue import QueueFilters
from qcportal.blueprints.shown.dispute_words import category_words
from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.judging import Bar, ItemChoice, SecondLook, Typed
from qcportal.db import db
from qcportal.disputes import Action, Case, CaseInFull, Person, State
from qcportal.disputes.roles import APPEALS, DECIDERS, OFFICERS
from qcportal.language import gettext as _

REVIEWABLE = (State.OPEN, State.UNDER_REVIEW, State.APPEALED)


def bar(full: CaseInFull, filters: QueueFilters, typed: Typed, *, by: Person) -> Bar:
    """Build the decision bar: every address that is there is one that the machine allows now."""
    case = full.case
    to = _Addresses(case, filters)
    decides = Action.DECIDE in case.actions
    assigns = Action.ASSIGN in case.actions
    like = disputes.find_like(case.id, by=by) if decides and case.level == 1 else ()
    return Bar(
        seen=case.version,
        why="" if decides or _second(case) else _why_not(case, by, clock.now()),
        decide=to("decide_dispute", Action.DECIDE),
        ask=to("ask_merchant", Action.ASK),
        skip=to.always("skip_dispute") if decides or _second(case) else "",
        recategorise=to("recategorise_dispute", Action.RECATEGORISE),
        assign=to("assign_dispute", Action.ASSIGN),
        second=_second_look(case, to),
        two=_two(case),
        uphold=_uphold(case),
        reasons=dispute_reasons.for_declining(),
        reasons_up=dispute_reasons.for_upholding(),
        items=_items(full, typed),
        categories=tuple(Option(code, words) for code, words in category_words().items()),
        category=case.category,
        people=officers(case.level) if assigns else (),
        assigned_to=case.assigned_to,
        like_href=to.always("disputes_like") if like else "",
        like_count=len(like),
        typed=typed,
    )


def officers(level: int) -> tuple[Option, ...]:
    """Give the people who can decide at a level, and whom a dispute can be assigned to."""
    users = db.session.scalars(accounts.select_users())
    return tuple(
        Option(str(user.id), user.name)
        for user in users
        if user.is_admin and user.active and user.role in DECIDERS[level]
    )


class _Addresses:
    """The addresses of a dispute's steps, with the filters of the queue to come back to."""

    def __init__(self, case: Case, filters: QueueFilters) -> None:
        self._case, self._args = case, dict(filters.args())

    def __call__(self, view: str, action: Action) -> str:
        return self.always(view) if action in self._case.actions else ""

    def always(self, view: str) -> str:
        args: dict[str, Any] = {"id": self._case.id, **self._args}
        return url_for(f"admin.{view}", **args)


def _second(case: Case) -> bool:
    return Action.AGREE in case.actions


def _second_look(case: Case, to: _Addresses) -> SecondLook | None:
    """Give the forms of a decision that was made and does not hold yet."""
    undo = url_for("admin.undo_disputes") if Action.UNDO in case.actions else ""
    agree = to("agree_with_decision", Action.AGREE)
    if not agree and not undo:
        return None
    return SecondLook(agree, to("disagree_with_decision", Action.DISAGREE), undo)


def _two(case: Case) -> str:
    if not case.needs_two or case.state not in REVIEWABLE:
        return ""
    return _("The claim is above the value limit: a second person has to agree with you.")


def _uphold(case: Case) -> str:
    amount = money.in_words(case.amount_minor, case.currency)
    return _("Uphold, grant %(amount)s", amount=amount) if case.amount_minor else _("Uphold")


def _why_not(case: Case, by: Person, at: datetime) -> str:
    """Say why this person cannot decide now."""
    if case.state is State.INFO_REQUESTED:
        return _("A question to the merchant is open. The clock stands still until the answer.")
    if case.state is State.SECOND_LOOK:
        return _("It is decided, and a second person has to agree.")
    if case.state is State.DECIDING:
        until = local_time(case.clocks.effective_at, CARRIER_ZONE, seconds=True)
        return _("It is decided. The decision holds from %(time)s on.", time=until)
    if case.state not in REVIEWABLE:
        return _("Nothing is left to decide.")
    if (who := looking_at(case, at)) and case.claimed_by != by.id:
        until = local_time(case.claimed_until, CARRIER_ZONE)
        return _("%(name)s is looking at it, until %(time)s at the latest.", name=who, time=until)
    if by.role not in OFFICERS | APPEALS:
        return _("Dispute officers decide. Your role sees everything and changes nothing here.")
    if by.role not in DECIDERS[case.level]:
        return (
            _("This is an appeal; an appeals officer decides it.")
            if case.level == 2
            else _("A dispute officer decides it first; you decide appeals.")
        )
    return _("You decided it before; an appeal needs somebody else.")


def _items(full: CaseInFull, typed: Typed) -> tuple[ItemChoice, ...]:
    was = {item_id: (outcome, granted) for item_id, outcome, granted in typed.items}
    return tuple(
        ItemChoice(
            str(each.item_id),
            each.name,
            money.in_words(each.amount_minor, each.currency),
            *was.get(str(each.item_id), ("", "")),
            error=typed.errors.get(f"granted-{each.item_id}", ""),
        )
        for each in full.items
    )
