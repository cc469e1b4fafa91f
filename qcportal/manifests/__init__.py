"""The shift manifest: what phones say they captured, held against what is here.

It is the only honest measure of loss, and it stands for itself: what a phone told stays as it was
told, whatever becomes of the photo, and no photo's fact comes from it.
"""

from qcportal.manifests.counting import (
    Count,
    count_all,
    count_by_day,
    count_by_executive,
    count_by_shift,
    count_shift,
)
from qcportal.manifests.periods import Period
from qcportal.manifests.reads import (
    OpenLine,
    OpenShift,
    Standing,
    count_reasons,
    find_closing,
    find_for_photo,
    find_standing,
    find_unclaimed,
    find_unclosed,
    find_unverified,
)
from qcportal.manifests.states import NOT_HERE, OPEN, LineState, Waits
from qcportal.manifests.tables import ManifestLine, ShiftReport
from qcportal.manifests.telling import Manifest, Said, Way, note, tell

__all__ = [
    "NOT_HERE",
    "OPEN",
    "Count",
    "LineState",
    "Manifest",
    "ManifestLine",
    "OpenLine",
    "OpenShift",
    "Period",
    "Said",
    "ShiftReport",
    "Standing",
    "Waits",
    "Way",
    "count_all",
    "count_by_day",
    "count_by_executive",
    "count_by_shift",
    "count_reasons",
    "count_shift",
    "find_closing",
    "find_for_photo",
    "find_standing",
    "find_unclaimed",
    "find_unclosed",
    "find_unverified",
    "note",
    "tell",
]
