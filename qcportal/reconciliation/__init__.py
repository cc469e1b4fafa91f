"""Reconciliation: what the bucket holds and nobody told us of, and what never came to it.

The guarantee behind the callbacks, which are only speed.
"""

from qcportal.reconciliation.adopting import Reading, adopt
from qcportal.reconciliation.cycle import (
    CYCLE,
    NIGHTLY,
    Scope,
    find_last,
    find_past,
    is_due,
    look_for_overdue,
    reconcile,
    record,
)
from qcportal.reconciliation.dates import open_prefixes
from qcportal.reconciliation.healing import RECONCILER, SOURCE, Tools, reading
from qcportal.reconciliation.leases import lease
from qcportal.reconciliation.looking import Eye, look
from qcportal.reconciliation.overdue import select_still_on_phone, still_on_phone
from qcportal.reconciliation.tally import Tally

__all__ = [
    "CYCLE",
    "NIGHTLY",
    "RECONCILER",
    "SOURCE",
    "Eye",
    "Reading",
    "Scope",
    "Tally",
    "Tools",
    "adopt",
    "find_last",
    "find_past",
    "is_due",
    "lease",
    "look",
    "look_for_overdue",
    "open_prefixes",
    "reading",
    "reconcile",
    "record",
    "select_still_on_phone",
    "still_on_phone",
]
