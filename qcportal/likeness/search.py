"""Finding alike prints among millions: five indexed looks, each with one bit wrong allowed."""

import uuid
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    any_,
    bindparam,
    select,
    union,
)

from qcportal.db import db
from qcportal.likeness.apart import apart
from qcportal.likeness.prints import SAME_PERSON, Print, bands, nearby
from qcportal.likeness.tables import BAND_NAMES, PrintRow

LOOKED_AT = 1500
"""Prints compared per band: a band that more share tells nothing, and must not cost more."""

MOST = 100


def find_alike(wanted: Print) -> list[uuid.UUID]:
    """Find the photos whose differences are near, by the index alone; all up to GUARANTEED bits.

    Farther ones, up to SAME_PERSON, are found nearly always. A plain print has no likes. Where
    more than LOOKED_AT prints share a band, the others have to find them.
    """
    if wanted.plain:
        return []
    given: dict[str, Any] = {"high": wanted.high, "low": wanted.low}
    given |= {
        f"near_{number}": [*nearby(band, number)] for number, band in enumerate(bands(wanted))
    }
    statement = _statement(db.session.get_bind().dialect.name)
    return list(db.session.scalars(statement, given))


@cache
def _statement(dialect: str) -> CompoundSelect[Any]:
    numbers = range(len(BAND_NAMES))
    return union(*(_in_band(number, dialect) for number in numbers)).limit(MOST)


def _in_band(number: int, dialect: str) -> Select[Any]:
    shared = (
        select(PrintRow.photo_id, PrintRow.high, PrintRow.low)
        .where(_is_near(number, dialect))
        .limit(LOOKED_AT)
        .subquery(f"shared_{number}")
    )
    high, low = bindparam("high", type_=BigInteger), bindparam("low", type_=BigInteger)
    differ = apart(shared.c.high, shared.c.low, high, low)
    return select(shared.c.photo_id).where(differ <= SAME_PERSON.differences)


def _is_near(number: int, dialect: str) -> ColumnElement[bool]:
    """Ask for one of 27 values: with one array where there are any, a third of the time."""
    band, name = getattr(PrintRow, BAND_NAMES[number]), f"near_{number}"
    if dialect == "postgresql":
        near: Any = bindparam(name, type_=ARRAY(Integer))
        return cast("ColumnElement[bool]", band == any_(near))
    listed: Any = bindparam(name, expanding=True)
    return cast("ColumnElement[bool]", band.in_(listed))
