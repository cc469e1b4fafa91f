"""Saved views: the filters of a list under a name, a person's own or shared by their whole side.

A shelf holds views: a person has one, a store has one, and the carrier's people share one. What the
filters mean is not known here; the pages of the lists read them.
"""

import unicodedata
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Select,
    UniqueConstraint,
    bindparam,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import clock, errors, tenancy
from qcportal.db import At, Base, Document, Id, Key, Line, MaybeKey, Word, db, new_id
from qcportal.errors import Fault
from qcportal.history import Actor
from qcportal.language import gettext as _

MOST, LONGEST = 30, 60
TRIES = 5
Done = TypeVar("Done")
CARRIER = uuid.UUID(int=0)
"""The shelf that the carrier's people share."""


class SavedView(tenancy.TenantOwned, Base):
    """One list's filters with a name; without a merchant it is of the carrier's people.

    `key` is the name as names are compared, `place` its number on the shelf, which bounds how many
    there can be.
    """

    __tablename__ = "saved_views"
    __table_args__ = tenancy.table_args(
        UniqueConstraint("shelf", "list", "key"),
        UniqueConstraint("shelf", "list", "place"),
        CheckConstraint(f"place BETWEEN 1 AND {MOST}", "place"),
    )

    id: Mapped[Id]
    merchant_id: Mapped[MaybeKey] = mapped_column(  # type: ignore[assignment]
        ForeignKey("merchants.id"), nullable=True
    )
    shelf: Mapped[Key]
    list: Mapped[Word]
    name: Mapped[Line]
    key: Mapped[Line]
    place: Mapped[int]
    filters: Mapped[Document]
    saved_by: Mapped[Line]
    saved_at: Mapped[At]


@dataclass(frozen=True)
class Shelves:
    """The two shelves that a person sees: their own, and the one their side shares."""

    merchant_id: uuid.UUID | None
    own: uuid.UUID

    @property
    def shared(self) -> uuid.UUID:
        """Give the shelf of the whole store, or of the carrier's people."""
        return self.merchant_id or CARRIER

    def of(self, shared: bool) -> uuid.UUID:
        """Give the shared shelf or the person's own."""
        return self.shared if shared else self.own


def select_views(shelves: Shelves) -> Select[SavedView]:
    """Select what a person sees, by list and name; the shared ones of a list come first."""
    both = (shelves.shared, shelves.own)
    return (
        select(SavedView)
        .where(SavedView.merchant_id == shelves.merchant_id, SavedView.shelf.in_(both))
        .order_by(SavedView.list, SavedView.shelf != shelves.shared, SavedView.key)
    )


def find_views_of(list_: str, shelves: Shelves) -> Sequence[SavedView]:
    """Find what a person sees above one list, the shared ones first."""
    values = {"list": list_, "merchant_id": shelves.merchant_id}
    both = {"shared": shelves.shared, "both": [shelves.shared, shelves.own]}
    return db.session.scalars(_select_of_list(shelves.merchant_id is None), values | both).all()


@cache
def _select_of_list(carrier: bool) -> Select[SavedView]:
    """Put together once what every list asks."""
    whose: ColumnElement[bool] = SavedView.merchant_id.is_(None)
    if not carrier:
        whose = SavedView.merchant_id == bindparam("merchant_id")
    return (
        select(SavedView)
        .where(SavedView.list == bindparam("list"), whose)
        .where(SavedView.shelf.in_(bindparam("both", expanding=True)))
        .order_by(SavedView.shelf != bindparam("shared"), SavedView.key)
    )


def get_view(view_id: uuid.UUID, shelves: Shelves) -> SavedView:
    """Get one view of a person's two shelves, or raise NotFound."""
    found = db.session.scalars(select_views(shelves).where(SavedView.id == view_id)).one_or_none()
    if found is None:
        raise errors.NotFound()
    return found


def save(
    name: str, list_: str, filters: Mapping[str, str], *, on: uuid.UUID, of: Shelves, by: Actor
) -> SavedView:
    """Put a view on one of a person's shelves.

    Raises Invalid for a name that is none, and Conflict for one that is taken or a full shelf.
    """
    tidy = _tidy_name(name)

    def add() -> SavedView:
        view = SavedView(
            id=new_id(),
            merchant_id=of.merchant_id,
            shelf=on,
            list=list_,
            name=tidy,
            key=_key(tidy),
            place=_find_place(on, list_, _key(tidy)),
            filters=dict(filters),
            saved_by=by.label,
            saved_at=clock.now(),
        )
        db.session.add(view)
        db.session.flush()
        return view

    return _alone(add)


def rename(view: SavedView, name: str) -> None:
    """Give a view another name; raises Invalid, or Conflict when it is taken."""
    tidy = _tidy_name(name)

    def change() -> None:
        if _key(tidy) != view.key:
            _refuse_taken(_key(tidy), _find_held(view.shelf, view.list))
        _change(view, name=tidy, key=_key(tidy))

    _alone(change)


def move(view: SavedView, *, to: uuid.UUID) -> None:
    """Put a view on another shelf, or leave it where it is; raises Conflict as saving does."""
    if view.shelf != to:
        _alone(lambda: _change(view, shelf=to, place=_find_place(to, view.list, view.key)))


def delete(view: SavedView) -> None:
    """Throw a view away."""
    db.session.delete(view)
    db.session.flush()


def _alone(step: Callable[[], Done]) -> Done:
    """Take a step again when somebody took its name or place meanwhile: the schema tells."""
    for _try in range(TRIES):
        try:
            with db.session.begin_nested():
                return step()
        except IntegrityError:
            continue
    raise errors.Conflict(_("Somebody changed this view meanwhile."))


def _tidy_name(name: str) -> str:
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not 1 <= len(tidy) <= LONGEST or not tidy.isprintable():
        said = _("Give a name of 1 to %(n)s characters.", n=LONGEST)
        raise errors.Invalid(faults=[Fault("/name", "bad_name", said)])
    return tidy


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def _find_place(shelf: uuid.UUID, list_: str, key: str) -> int:
    """Find a free place on a shelf for a name; two at once are told apart by the schema."""
    held = _find_held(shelf, list_)
    _refuse_taken(key, held)
    free = set(range(1, MOST + 1)) - set(held.values())
    if not free:
        said = _("There are %(n)s views of this list already. Delete one first.", n=MOST)
        raise errors.Conflict(said)
    return min(free)


def _find_held(shelf: uuid.UUID, list_: str) -> dict[str, int]:
    """Find the names that a shelf holds for a list, each with its place."""
    wanted = select(SavedView.key, SavedView.place).where(
        SavedView.shelf == shelf, SavedView.list == list_
    )
    return {row.key: row.place for row in db.session.execute(wanted)}


def _refuse_taken(key: str, held: Mapping[str, int]) -> None:
    if key in held:
        raise errors.Conflict(_("There is a view of this name already. Choose another name."))


def _change(view: SavedView, **values: Any) -> None:
    """Write where the view still is what was read; raises Conflict when it is gone or moved."""
    changed: Any = db.session.execute(
        update(SavedView)
        .where(SavedView.merchant_id == view.merchant_id, SavedView.id == view.id)
        .where(SavedView.shelf == view.shelf, SavedView.key == view.key)
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
    if not changed.rowcount:
        raise errors.Conflict(_("Somebody changed this view meanwhile."))
