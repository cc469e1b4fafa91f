"""What a merchant does with a dispute that was sent: add, answer, withdraw, appeal."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from qcportal import accounts, clock, errors, photos, returns
from qcportal.db import EVERY_COLUMN, db, new_id
from qcportal.disputes import working_days
from qcportal.disputes.claims import LONGEST, SHORTEST
from qcportal.disputes.deadlines import calendar_of, deadlines_of
from qcportal.disputes.machine import Action
from qcportal.disputes.moving import Step, allow, load, move, take
from qcportal.disputes.outbox import ADMIN
from qcportal.disputes.people import Person
from qcportal.disputes.tables import Dispute, DisputeEvidence, DisputeMessage
from qcportal.language import gettext as _
from qcportal.photos import OwnFile, Photo
from qcportal.photos.expecting import Place

MOST_FILES = 10


def add_words(dispute_id: uuid.UUID, text: str, *, by: Person, seen: int | None = None) -> Dispute:
    """Add to the thread without being asked; what was sent before stays as it is."""
    said = checked_text(text, shortest=1)
    step = Step(data={"text": said}, tell="words_added", audience=ADMIN)
    dispute = load(dispute_id, in_turn=True)
    moved = take(dispute, Action.ADD, by=by, seen=seen, step=step)
    write_message(moved, "words", said, by=by)
    return moved


def answer(dispute_id: uuid.UUID, text: str, *, by: Person, seen: int | None = None) -> Dispute:
    """Answer the carrier's question; the clock of deciding goes on with what was left of it."""
    said = checked_text(text, shortest=1)
    dispute = load(dispute_id)
    to = allow(dispute, Action.ANSWER, by=by, seen=seen)
    values = resumed(dispute, clock.now())
    step = Step(values, {"text": said}, tell="answered", audience=ADMIN)
    moved = move(dispute, Action.ANSWER, to, by=by, step=step)
    write_message(moved, "answer", said, by=by)
    return moved


def withdraw(dispute_id: uuid.UUID, *, by: Person, seen: int | None = None) -> Dispute:
    """Take a dispute back before it is decided; its return can be disputed again in time."""
    step = Step({"stopped_at": None}, tell="withdrawn")
    return take(load(dispute_id), Action.WITHDRAW, by=by, seen=seen, step=step)


def appeal(dispute_id: uuid.UUID, text: str, *, by: Person, seen: int | None = None) -> Dispute:
    """Ask for another decision, once, by somebody else; the clock of deciding starts anew."""
    dispute = load(dispute_id)
    to = allow(dispute, Action.APPEAL, by=by, seen=seen)
    said = checked_text(text, shortest=SHORTEST)
    merchant = accounts.get_merchant(dispute.merchant_id)
    days = deadlines_of(merchant).decide_days
    values = {
        "level": 2,
        "decide_by": working_days.add_days(calendar_of(merchant), clock.now(), days),
        "claimed_by": "",
        "claimed_by_name": "",
        "claimed_until": None,
        "assigned_to": "",
        "assigned_to_name": "",
    }
    moved = move(dispute, Action.APPEAL, to, by=by, step=Step(values, {"text": said}, "appealed"))
    write_message(moved, "appeal", said, by=by)
    return moved


def offer_file(
    dispute_id: uuid.UUID, wanted: OwnFile, place: Place, *, by: Person, seen: int | None = None
) -> Photo:
    """Expect a file of the merchant's own as evidence; gives the photo that a form is made for.

    Its arrival, digest and verification are those of every photo. Raises Invalid, and Conflict
    for more than ten files.
    """
    dispute = load(dispute_id, in_turn=True)
    to = allow(dispute, Action.ADD, by=by, seen=seen)
    rvp = returns.get_full(dispute.return_id)
    if _count_files(dispute_id) >= MOST_FILES:
        raise errors.Conflict(_("A dispute takes %(n)s files at most.", n=MOST_FILES))
    slug = rvp.merchant.slug
    moved = move(dispute, Action.ADD, to, by=by, step=Step(data={"file": wanted.name}))
    photo = photos.expect_own(rvp, wanted, place, merchant_slug=slug, by=by.actor)
    row = {
        "id": new_id(),
        "merchant_id": moved.merchant_id,
        "dispute_id": moved.id,
        "position": 1000 + moved.version,
        "photo_id": photo.id,
        "missing": False,
        "own": True,
        "note": "",
        "added_at": clock.now(),
    }
    db.session.execute(insert(DisputeEvidence), [row], execution_options=EVERY_COLUMN)
    return photo


def drop_file(
    dispute_id: uuid.UUID, photo_id: uuid.UUID, *, by: Person, seen: int | None = None
) -> Dispute:
    """Take a file of the merchant's own out of a draft; what arrived of it stays in the bucket.

    Raises NotFound for what is no file of this dispute, Conflict once the dispute was sent.
    """
    dispute = load(dispute_id, in_turn=True)
    to = allow(dispute, Action.SAVE, by=by, seen=seen)
    own = (DisputeEvidence.dispute_id == dispute_id, DisputeEvidence.own.is_(True))
    wanted = select(Photo).join(DisputeEvidence, DisputeEvidence.photo_id == Photo.id).where(*own)
    photo = db.session.scalars(wanted.where(Photo.id == photo_id)).one_or_none()
    if photo is None:
        raise errors.NotFound()
    moved = move(dispute, Action.SAVE, to, by=by, step=Step(data={"dropped": photo.title}))
    db.session.execute(delete(DisputeEvidence).where(*own, DisputeEvidence.photo_id == photo_id))
    return moved


def resumed(dispute: Dispute, at: datetime) -> dict[str, Any]:
    """Give the clocks after a question: deciding goes on at `at` with the time that was left."""
    values: dict[str, Any] = {"reply_by": None, "stopped_at": None}
    if dispute.stopped_at is None or dispute.decide_by is None:
        return values
    calendar = calendar_of(accounts.get_merchant(dispute.merchant_id))
    left = working_days.between(calendar, dispute.stopped_at, dispute.decide_by)
    if left:
        values["decide_by"] = working_days.add(calendar, at, left)
    return values


def checked_text(text: str, *, shortest: int) -> str:
    """Give a text without spaces around it, or raise Invalid with words for the field."""
    said = text.strip()
    if shortest <= len(said) <= LONGEST:
        return said
    words = _("Use %(least)s to %(most)s characters.", least=shortest, most=LONGEST)
    raise errors.Invalid(words, faults=[errors.Fault("/text", "bad_text", words)])


def write_message(dispute: Dispute, kind: str, text: str, *, by: Person) -> None:
    """Write one entry of the thread."""
    row = {
        "id": new_id(),
        "merchant_id": dispute.merchant_id,
        "dispute_id": dispute.id,
        "at": clock.now(),
        "side": by.side,
        "kind": kind,
        "author_id": by.id,
        "author_name": by.name,
        "text": text,
    }
    db.session.execute(insert(DisputeMessage), [row])


def _count_files(dispute_id: uuid.UUID) -> int:
    own = (DisputeEvidence.dispute_id == dispute_id, DisputeEvidence.own.is_(True))
    counted = select(func.count()).select_from(DisputeEvidence).where(*own)
    return db.session.scalar(counted) or 0
