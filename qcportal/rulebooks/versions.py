"""The published versions of a rulebook: immutable, numbered, the newest in force."""

import json
import uuid
from collections.abc import Collection
from functools import lru_cache

from sqlalchemy import Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, aliased

from qcportal import clock, errors, history, tenancy
from qcportal.accounts import Merchant
from qcportal.db import At, Base, Document, Id, Line, Prose, compact_json, db, new_id
from qcportal.history import Actor, Entry
from qcportal.rules import document as rules_document
from qcportal.rules.document import RulebookDocument


class Rulebook(tenancy.TenantOwned, Base):
    """One published version; never changed after that."""

    __tablename__ = "rulebooks"
    __table_args__ = tenancy.table_args(
        UniqueConstraint("merchant_id", "version"), Index(None, "merchant_id")
    )

    id: Mapped[Id]
    version: Mapped[int]
    title: Mapped[Line]
    document: Mapped[Document]
    digest: Mapped[Line]
    note: Mapped[Prose]
    published_at: Mapped[At]
    published_by: Mapped[Line]

    def parsed(self, kinds: Collection[str]) -> RulebookDocument:
        """Give the document as frozen values; parsed once per process and version."""
        return _parse_cached(compact_json(self.document), tuple(sorted(kinds)))


def find_latest(merchant_id: uuid.UUID) -> Rulebook | None:
    """Find the version in force."""
    return db.session.scalars(select_versions(merchant_id).limit(1)).one_or_none()


def get_version(merchant_id: uuid.UUID, version: int) -> Rulebook:
    """Get one version, or raise NotFound."""
    statement = select_versions(merchant_id).where(Rulebook.version == version)
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise errors.NotFound()
    return found


def select_versions(merchant_id: uuid.UUID) -> Select[Rulebook]:
    """Select a merchant's versions, newest first."""
    return (
        select(Rulebook)
        .where(Rulebook.merchant_id == merchant_id)
        .order_by(Rulebook.version.desc())
    )


def select_in_force() -> Select[Rulebook]:
    """Select the newest version of every merchant in scope."""
    newer = aliased(Rulebook)
    later = select(newer.id).where(
        newer.merchant_id == Rulebook.merchant_id, newer.version > Rulebook.version
    )
    return select(Rulebook).where(~later.exists())


def publish(
    merchant: Merchant, document: object, *, note: str, kinds: Collection[str], by: Actor
) -> tuple[Rulebook, bool]:
    """Check the whole document and store it as the next version.

    Gives the version and whether it is new: the same document as the one in force changes
    nothing. Raises Invalid with every fault of the document.
    """
    parsed = rules_document.parse(document, kinds=kinds)
    digest = rules_document.digest(parsed)
    latest = find_latest(merchant.id)
    if latest is not None and latest.digest == digest:
        return latest, False
    number = (latest.version if latest else 0) + 1
    rulebook = Rulebook(
        id=new_id(),
        merchant_id=merchant.id,
        version=number,
        title=parsed.title,
        document=parsed.as_json(),
        digest=digest,
        note=note,
        published_at=clock.now(),
        published_by=by.label,
    )
    db.session.add(rulebook)
    db.session.flush()
    data = {"version": number, "digest": digest, "note": note}
    history.record([Entry(merchant.id, merchant.id, "rulebook_published", by, data)])
    return rulebook, True


@lru_cache(maxsize=512)
def _parse_cached(text: str, kinds: tuple[str, ...]) -> RulebookDocument:
    return rules_document.parse(json.loads(text), kinds=kinds)
