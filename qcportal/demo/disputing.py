"""Disputes of earlier days in every state, so that their pages have something to show.

The clock is stopped at the moment in question while the domain's own verbs do what both sides do.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from qcportal import accounts, clock, disputes
from qcportal.blueprints.showing import bulk_disputes
from qcportal.db import db
from qcportal.demo import carrier
from qcportal.demo.carrier import Carrier
from qcportal.demo.goods import STORES, Store
from qcportal.disputes import Dispute, Person, Verdict
from qcportal.returns import Return

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG_AGO = 9 * DAY
"""After this time the carrier's five working days have passed, whatever weekends lie between."""
TEXTS = (
    "The marks are those of our own packing, the same as on new pieces of this lot.",
    "The photo of this check shows the item as it was sold; nothing is wrong with it.",
    "The label on the photo is the one of the order, only read from the other side.",
)
QUESTION = "Which lot is this, and do you have a photo of a new piece?"
UPHELD = Verdict("approved", "photos_show_it", "The photo shows the item as it was sold.")
DECLINED = Verdict("rejected", "photos_show_otherwise", "The photo shows the damage clearly.")
APPEAL = "Please look again: the photo of the whole item shows the same place without damage."


@dataclass(frozen=True)
class Desk:
    """Who acts: the store's owner, an officer, and somebody for appeals."""

    owner: Person
    officer: Person
    appeals: Person


Story = Callable[[Desk, Dispute, datetime], None]


def raise_some(crew: Carrier) -> None:
    """Raise disputes on what failed, each store's in all states; a second time changes nothing."""
    if "disputes" in crew.state.done:
        return
    for store in STORES:
        with crew.working():
            found = _failed(store)
        _tell(crew, store, found)
    crew.state.finish("disputes")


def _failed(store: Store) -> list[tuple[uuid.UUID, datetime]]:
    """Find what failed of a store and can or could be disputed, oldest first."""
    merchant = accounts.find_merchant_by_slug(store.slug)
    statement = (
        select(Return.id, Return.checked_at)
        .where(Return.merchant_id == (merchant.id if merchant else None))
        .where(Return.verdict.in_(("failed", "partially_passed")), Return.checked_at.is_not(None))
        .where(Return.dispute_state == "none")
        .order_by(Return.checked_at, Return.id)
    )
    return [(row.id, row.checked_at) for row in db.session.execute(statement)]


def _tell(crew: Carrier, store: Store, found: Sequence[tuple[uuid.UUID, datetime]]) -> None:
    """Give each state a return of its own; the oldest are those on which the carrier is late."""
    now = clock.now()
    late = [each for each in found if now - each[1] > LONG_AGO][:2]
    stories: list[tuple[tuple[uuid.UUID, datetime], Story]] = [(each, _sent) for each in late]
    rest = [each for each in found if each not in late and now - each[1] < 6 * DAY]
    stories += zip(rest[: len(STORIES)], STORIES, strict=False)
    for place, ((return_id, checked_at), story) in enumerate(stories):
        _raise(crew, store, return_id, checked_at + HOUR, TEXTS[place % len(TEXTS)], story)


def _raise(
    crew: Carrier, store: Store, return_id: uuid.UUID, at: datetime, text: str, story: Story
) -> None:
    with crew.working(), clock.frozen(min(at, clock.now())):
        desk = _desk(store)
        (claim,) = bulk_disputes.claims(bulk_disputes.load([return_id]), "should_have_passed", text)
        begun = disputes.draft(claim, by=desk.owner)
        story(desk, begun, clock.now())


def _desk(store: Store) -> Desk:
    owner, officer, appeals = (
        accounts.find_user_by_email(email)
        for email in (f"owner@{store.slug}.example", carrier.OFFICER, carrier.APPEALS)
    )
    people = [Person(user.actor, user.role) for user in (owner, officer, appeals) if user]
    return Desk(*people)


def _draft(_desk: Desk, _dispute: Dispute, _at: datetime) -> None:
    """Leave it as a draft."""


def _sent(desk: Desk, dispute: Dispute, _at: datetime) -> None:
    disputes.send(dispute.id, by=desk.owner)


def _asked(desk: Desk, dispute: Dispute, at: datetime) -> None:
    _sent(desk, dispute, at)
    disputes.claim(dispute.id, by=desk.officer)
    disputes.ask(dispute.id, QUESTION, by=desk.officer)


def _decided(verdict: Verdict) -> Story:
    def story(desk: Desk, dispute: Dispute, at: datetime) -> None:
        _sent(desk, dispute, at)
        disputes.claim(dispute.id, by=desk.officer)
        disputes.decide(dispute.id, verdict, by=desk.officer)
        with clock.frozen(at + HOUR / 60):
            disputes.settle_due(dispute_id=dispute.id)

    return story


def _appealed(desk: Desk, dispute: Dispute, at: datetime) -> None:
    _decided(DECLINED)(desk, dispute, at)
    with clock.frozen(at + HOUR / 30):
        disputes.appeal(dispute.id, APPEAL, by=desk.owner)


def _withdrawn(desk: Desk, dispute: Dispute, at: datetime) -> None:
    _sent(desk, dispute, at)
    with clock.frozen(at + HOUR / 60):
        disputes.withdraw(dispute.id, by=desk.owner)


def _final(desk: Desk, dispute: Dispute, at: datetime) -> None:
    _appealed(desk, dispute, at)
    with clock.frozen(at + HOUR / 20):
        disputes.claim(dispute.id, by=desk.appeals)
        disputes.decide(dispute.id, UPHELD, by=desk.appeals)
    with clock.frozen(at + HOUR / 10):
        disputes.settle_due(dispute_id=dispute.id)


STORIES: tuple[Story, ...] = (
    _asked, _decided(DECLINED), _decided(UPHELD), _appealed, _final, _withdrawn, _draft, _sent,
    _sent,
)  # fmt: skip
