"""The history of a return and of its dispute as lines that anybody can verify.

What happened inside the carrier is left out of a merchant's pack; its place in the chain and its
hash stay, so that the chain still holds.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from qcportal.db import compact_json, db
from qcportal.disputes.details import HIDDEN
from qcportal.history import HistoryEvent

COLUMNS = ("seq", "at", "action", "actor_kind", "actor_id", "actor_label", "data")


@dataclass(frozen=True)
class Chain:
    """The events of one thing, oldest first; `of` is return or dispute."""

    of: str
    id: uuid.UUID
    events: Sequence[HistoryEvent]

    def as_json(self) -> dict[str, Any]:
        """Say of a chain what proves that none of its events is missing."""
        head = self.events[-1].hash if self.events else ""
        return {"of": self.of, "id": str(self.id), "events": len(self.events), "head": head}


def load(chains: Mapping[uuid.UUID, str]) -> tuple[Chain, ...]:
    """Load the events of these things, in one statement; `chains` says what each thing is."""
    statement = (
        select(HistoryEvent)
        .where(HistoryEvent.chain.in_(list(chains)))
        .order_by(HistoryEvent.chain, HistoryEvent.seq)
    )
    found: dict[uuid.UUID, list[HistoryEvent]] = {each: [] for each in chains}
    for event in db.session.scalars(statement):
        found[event.chain].append(event)
    return tuple(Chain(of, each, found[each]) for each, of in chains.items())


def lines(chains: Sequence[Chain]) -> bytes:
    """Write the events as JSON lines, chain by chain, oldest first."""
    return "".join(
        compact_json(_line(chain, event)) + "\n" for chain in chains for event in chain.events
    ).encode()


def shown(chains: Sequence[Chain]) -> Iterator[tuple[Chain, HistoryEvent]]:
    """Give the events that merchants see, each with its chain."""
    for chain in chains:
        yield from ((chain, each) for each in chain.events if not is_hidden(chain, each))


def is_hidden(chain: Chain, event: HistoryEvent) -> bool:
    """Tell whether an event is the carrier's own business."""
    return chain.of == "dispute" and event.action in HIDDEN


def _line(chain: Chain, event: HistoryEvent) -> dict[str, Any]:
    links = {"chain": str(event.chain), "seq": event.seq}
    links |= {"previous_hash": event.previous_hash, "hash": event.hash}
    if is_hidden(chain, event):
        return links | {"withheld": True}
    told = {name: getattr(event, name) for name in COLUMNS}
    told["at"] = event.at.isoformat()
    return links | told | {"merchant_id": str(event.merchant_id or "")}
