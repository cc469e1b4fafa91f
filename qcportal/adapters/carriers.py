"""The carriers whose language is spoken here, one row each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from qcportal.adapters import delhivery, shadowfax, shiprocket
from qcportal.adapters.adapted import Adapted
from qcportal.adapters.outcome import ReturnOutcome


@dataclass(frozen=True)
class Adapter:
    """One carrier's language: `read` takes its payload for a pickup, `write` gives its result."""

    name: str
    title: str
    read: Callable[[object], Adapted]
    write: Callable[[ReturnOutcome], dict[str, object]]


ADAPTERS: Mapping[str, Adapter] = MappingProxyType(
    {
        each.name: each
        for each in (
            Adapter("delhivery", "Delhivery RVP QC", delhivery.read, delhivery.write),
            Adapter("shadowfax", "Shadowfax reverse pickup", shadowfax.read, shadowfax.write),
            Adapter("shiprocket", "Shiprocket return order", shiprocket.read, shiprocket.write),
        )
    }
)
