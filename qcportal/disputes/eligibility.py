"""What can be disputed, in words where it cannot: a return, a check of it, a photo of it."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from qcportal import clock, language
from qcportal.accounts import Merchant
from qcportal.db import db
from qcportal.disputes.deadlines import deadlines_of
from qcportal.disputes.machine import State
from qcportal.disputes.tables import Dispute
from qcportal.disputes.words import KINDS, receipt
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.photos import Photo, ShownState, shown_state
from qcportal.photos.expecting import INSPECTION
from qcportal.photos.own_files import OWN
from qcportal.returns import Beside, Return

NOT_AFTER: Mapping[str, frozenset[str]] = {
    "passed": frozenset({"should_have_passed"}),
    "failed": frozenset({"should_have_failed"}),
}
"""Which kinds of claim make no sense after which verdict."""
ONLY_IN_VAIN = ("inspection_not_done",)
STANDING = (Dispute.id, Dispute.number, Dispute.state, Dispute.outcome, Dispute.level)
STANDING_BESIDE = Beside(
    Dispute,
    (Dispute.return_id == Return.id) & (Dispute.state != State.WITHDRAWN.value),
    STANDING,
)
"""What `find_standing` finds, as a join to a page of returns."""
NOT_HERE = {
    ShownState.EXPECTED: lazy_gettext("It was not taken."),
    ShownState.ISSUED: lazy_gettext("It was not taken."),
    ShownState.ON_THE_WAY: lazy_gettext("It is still on its way."),
    ShownState.LATE: lazy_gettext("It is late and not here yet."),
    ShownState.MISSING: lazy_gettext("It is missing; say so instead of citing it."),
    ShownState.REFUSED: lazy_gettext("It was not accepted when it came."),
}


@dataclass(frozen=True)
class Eligibility:
    """Whether a return can be disputed now: a code for programs, a sentence, and until when.

    `kinds` are the claims that fit its verdict; `dispute_id` is the one there is already, which
    goes on (`code` is `draft`) or stands in the way.
    """

    allowed: bool
    code: str
    reason: str
    file_by: datetime | None = None
    kinds: tuple[str, ...] = ()
    dispute_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Wait:
    """How long photos may take until they count as late and as missing, in seconds."""

    late_after: int
    missing_after: int


def find_eligible(return_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Eligibility]:
    """Tell of each of the scope's returns whether it can be disputed now, in three statements."""
    statement = (
        select(Return)
        .where(Return.id.in_(return_ids))
        .options(joinedload(Return.merchant), joinedload(Return.items))
    )
    rvps = db.session.scalars(statement).unique().all()
    there = find_standing([rvp.id for rvp in rvps])
    return {rvp.id: eligibility(rvp, there.get(rvp.id)) for rvp in rvps}


def find_standing(return_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Find the one dispute of each return that was not withdrawn (id, number, state, outcome)."""
    statement = select(Dispute.return_id, *STANDING).where(
        Dispute.return_id.in_(return_ids), Dispute.state != State.WITHDRAWN.value
    )
    return {row.return_id: row for row in db.session.execute(statement)}


def eligibility(rvp: Return, standing: Any, *, at: datetime | None = None) -> Eligibility:
    """Tell whether a return, with merchant and items, can be disputed beside its `standing` one."""
    if standing is not None:
        return _taken(standing)
    if rvp.checked_at is None:
        return Eligibility(False, "not_inspected", _("It was not inspected yet."))
    if rvp.verdict == "needs_review":
        return Eligibility(
            False, "undecided", _("It waits for a decision; dispute what comes of it.")
        )
    end = file_by(rvp)
    if end <= (at or clock.now()):
        words = _("The time to dispute ended on %(day)s.", day=day_in(rvp.merchant, end))
        return Eligibility(False, "file_over", words, end)
    words = _("It can be disputed until %(day)s.", day=day_in(rvp.merchant, end))
    return Eligibility(True, "ok", words, end, kinds_for(rvp.verdict))


def file_by(rvp: Return) -> datetime:
    """Give until when a return can be disputed: counted from what was said of it last."""
    said = [rvp.checked_at, *(item.decided_at for item in rvp.items)]
    last = max(moment for moment in said if moment is not None)
    return last + timedelta(days=deadlines_of(rvp.merchant).file_days)


def kinds_for(verdict: str | None) -> tuple[str, ...]:
    """Give the kinds of claim that fit a verdict; a visit in vain was no inspection."""
    if verdict in (None, "pending"):
        return ONLY_IN_VAIN
    barred = NOT_AFTER.get(str(verdict), frozenset())
    return tuple(kind for kind in KINDS if kind not in barred)


def why_not_citable(photo: Photo, *, inspected: bool, wait: Wait) -> str | None:
    """Say why a photo of the return cannot be cited, or give None; for the photo picker."""
    if photo.purpose == INSPECTION:
        return _("This is the inspection's file, not a photo.")
    if photo.stored_at is not None:
        return None
    if photo.purpose == OWN:
        return _("Your file has not arrived yet.")
    state = shown_state(
        photo,
        at=clock.now(),
        inspected=inspected,
        late_after=wait.late_after,
        missing_after=wait.missing_after,
    )
    return NOT_HERE.get(state, _("It is not here."))


def why_not_missing(photo: Photo) -> str | None:
    """Say why a photo cannot be called missing, or give None."""
    return _("This photo is here; cite it instead.") if photo.stored_at is not None else None


def day_in(merchant: Merchant, moment: datetime) -> str:
    """Give a moment's day as the merchant's people read it: `24 Nov 2026`."""
    local = moment.astimezone(ZoneInfo(merchant.timezone))
    return language.day_said(local, "d MMM y")


def _taken(standing: Any) -> Eligibility:
    if standing.state == State.DRAFT.value:
        words = _("A draft of a dispute is there; go on with it.")
        return Eligibility(False, "draft", words, dispute_id=standing.id)
    words = _("It is disputed already: %(number)s.", number=receipt(standing.number))
    return Eligibility(False, "disputed", words, dispute_id=standing.id)
