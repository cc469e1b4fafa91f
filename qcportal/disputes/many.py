"""Deciding several disputes that are alike in one go, each for itself."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from qcportal import errors
from qcportal.db import db
from qcportal.disputes.deciding import Verdict, decide
from qcportal.disputes.moving import load
from qcportal.disputes.people import Person
from qcportal.disputes.picking import alike
from qcportal.disputes.tables import Dispute
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext

MOST_AT_ONCE = 50
UNLIKE = lazy_gettext("It is not like the first, or decided by now.")


@dataclass(frozen=True)
class Ticked:
    """A dispute that was ticked, at the version that was shown."""

    dispute_id: uuid.UUID
    seen: int | None = None


@dataclass(frozen=True)
class Decided:
    """What became of one of several: decided, or why not."""

    dispute_id: uuid.UUID
    refusal: str = ""


def decide_like(
    first: Ticked, others: Sequence[Ticked], verdict: Verdict, *, by: Person
) -> list[Decided]:
    """Decide a dispute and others that are like it; gives what became of each, the first first.

    One that is not alike, or that somebody else decided meanwhile, is left and told. Raises
    Invalid for a verdict that fits none: it is for whole disputes and names no items.
    """
    if verdict.items:
        raise errors.Invalid(_("A decision on several disputes names no items."))
    if len(others) >= MOST_AT_ONCE:
        raise errors.TooLarge(_("Decide %(n)s disputes at a time.", n=MOST_AT_ONCE))
    same = alike(load(first.dispute_id))
    ticked = [first, *others]
    wanted = [each.dispute_id for each in others]
    fitting = set(db.session.scalars(select(Dispute.id).where(Dispute.id.in_(wanted), *same)))
    fitting.add(first.dispute_id)
    told = {}
    for each in sorted(ticked, key=lambda one: one.dispute_id):  # so that nobody waits in a circle
        fits = each.dispute_id in fitting
        told[each.dispute_id] = (
            _one(each, verdict, by) if fits else Decided(each.dispute_id, UNLIKE)
        )
    return [told[each.dispute_id] for each in ticked]


def _one(ticked: Ticked, verdict: Verdict, by: Person) -> Decided:
    try:
        with db.session.begin_nested():
            decide(ticked.dispute_id, verdict, by=by, seen=ticked.seen)
    except (errors.Conflict, errors.NotFound) as refused:
        return Decided(ticked.dispute_id, refused.detail)
    return Decided(ticked.dispute_id)
