"""S3's order of versions of one second, where an event tells it of what is known without it.

The reconciler's listing has no sequencers. An event that comes later still tells it, once, so that
the set of what was told decides which version was first, whoever told it first.
"""

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any, Protocol

from sqlalchemy import update

from qcportal.db import db
from qcportal.photos.tables import ArrivalRow
from qcportal.photos.told import Identity


class _Told(Protocol):
    @property
    def identity(self) -> Identity: ...
    @property
    def sequencer(self) -> str: ...
    @property
    def sha256(self) -> str | None: ...


def fill_in(known: Mapping[Identity, Any], told: Iterable[_Told]) -> dict[Identity, Any]:
    """Give the known arrival rows with the sequencers that they lacked, and write these."""
    filled = dict(known)
    for each in told:
        row = filled.get(each.identity)
        if row is not None and each.sha256 and each.sequencer and not row.sequencer:
            filled[each.identity] = SimpleNamespace(**{**row._mapping, "sequencer": each.sequencer})
            lacking = (ArrivalRow.id == row.id) & (ArrivalRow.sequencer == "")
            db.session.execute(
                update(ArrivalRow).where(lacking).values(sequencer=each.sequencer),
                execution_options={"synchronize_session": False},
            )
    return filled
