"""Links by which anybody gets one return's evidence: made, opened, ended, and all of it on record.

The secret is shown once and kept as a hash. Every opening is an event of the link's own chain, so
that looking at a pack does not change it.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import bindparam, func, select, update

from qcportal import clock, errors, history, tokens
from qcportal.db import db, new_id
from qcportal.errors import Fault
from qcportal.history import Actor, Entry, HistoryEvent
from qcportal.packs.tables import SharedLink
from qcportal.returns import Return

KIND = "qcs"
DAYS = (1, 30)
"""The fewest and the most days that a link lives."""
MOST_AN_HOUR = 240
MOST_ALIVE = 20
LONGEST_NOTE = 200


def find_link(text: str) -> SharedLink | None:
    """Find the living link that this secret opens; needs a system scope, as nobody is known yet."""
    prefix = tokens.prefix_of(text, kind=KIND)
    if prefix is None:
        return None
    link = db.session.scalars(select(SharedLink).where(SharedLink.prefix == prefix)).one_or_none()
    if link is None or not tokens.same(text, link.secret_hash) or not link.is_alive():
        return None
    return link


_OF_RETURN = (
    select(SharedLink)
    .where(SharedLink.return_id == bindparam("return_id"))
    .order_by(SharedLink.created_at.desc())
)
"""Every page of a return asks this, so it is put together once."""


def find_links(return_id: uuid.UUID) -> Sequence[SharedLink]:
    """Find every link that was made of a return, the latest first."""
    return db.session.scalars(_OF_RETURN, {"return_id": return_id}).all()


def get_link(return_id: uuid.UUID, link_id: uuid.UUID) -> SharedLink:
    """Get one link of a return of the scope, or raise NotFound."""
    wanted = select(SharedLink).where(SharedLink.return_id == return_id, SharedLink.id == link_id)
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise errors.NotFound()
    return found


def find_openings(link_id: uuid.UUID, *, most: int = 50) -> Sequence[HistoryEvent]:
    """Find when a link was opened, the latest first."""
    return history.find_latest(link_id, most=most)


def share(rvp: Return, *, days: int, note: str, by: Actor) -> tuple[SharedLink, str]:
    """Make a link that lives for some days, and give it with its secret, which is shown once.

    Raises Invalid for other days than 1 to 30, Conflict where a return has 20 living links.
    """
    fewest, most = DAYS
    faults = []
    if not fewest <= days <= most:
        faults.append(Fault("/days", "bad_days", f"A link lives for {fewest} to {most} days."))
    if len(note.strip()) > LONGEST_NOTE:
        faults.append(Fault("/note", "too_long", f"Use {LONGEST_NOTE} characters at most."))
    if faults:
        raise errors.Invalid(faults=faults)
    alive = [each for each in find_links(rvp.id) if each.is_alive()]
    if len(alive) >= MOST_ALIVE:
        raise errors.Conflict(f"This return has {MOST_ALIVE} living links; end one of them first.")
    token, now = tokens.make(KIND), clock.now()
    link = SharedLink(
        id=new_id(),
        merchant_id=rvp.merchant_id,
        return_id=rvp.id,
        prefix=token.prefix,
        secret_hash=token.digest,
        note=note.strip(),
        created_at=now,
        created_by=by.label,
        expires_at=now + timedelta(days=days),
    )
    db.session.add(link)
    db.session.flush()
    data = {"link": str(link.id), "until": link.expires_at.isoformat(), "note": link.note}
    history.record([Entry(rvp.id, rvp.merchant_id, "pack_shared", by, data)])
    return link, token.text


def revoke(link: SharedLink, *, by: Actor) -> None:
    """End a link at once; does nothing where it was ended."""
    wanted = (
        update(SharedLink)
        .where(SharedLink.merchant_id == link.merchant_id, SharedLink.id == link.id)
        .where(SharedLink.revoked_at.is_(None))
        .values(revoked_at=clock.now(), revoked_by=by.label)
    )
    if db.session.execute(wanted).rowcount:  # type: ignore[attr-defined]
        data = {"link": str(link.id)}
        history.record([Entry(link.return_id, link.merchant_id, "pack_unshared", by, data)])


def record_opening(link: SharedLink, what: str, *, start: int = 0) -> None:
    """Record that a link was opened: page, document or archive, from which byte on.

    Raises TooMany when it was opened more often within the hour than people do.
    """
    now = clock.now()
    recent = select(func.count()).where(
        HistoryEvent.chain == link.id, HistoryEvent.at > now - timedelta(hours=1)
    )
    if (db.session.scalar(recent) or 0) >= MOST_AN_HOUR:
        raise errors.TooMany("This link is opened too often. Try again later.", retry_after=600)
    data = {"what": what} | ({"from_byte": start} if start else {})
    history.record([Entry(link.id, link.merchant_id, "link_opened", link.actor, data)])
    db.session.execute(
        update(SharedLink)
        .where(SharedLink.merchant_id == link.merchant_id, SharedLink.id == link.id)
        .values(openings=SharedLink.openings + 1, opened_at=now)
        .execution_options(synchronize_session=False)
    )
