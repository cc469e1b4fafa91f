"""Photos: what is expected, what arrived, and the facts that tie the two; each set once."""

from qcportal.photos.arrivals import Arrival, Outcome, confirm_arrivals, readopt
from qcportal.photos.captures import Capture, report
from qcportal.photos.expecting import choose_content_type, expect
from qcportal.photos.own_files import OWN, OwnFile, expect_own
from qcportal.photos.quality import Flag, could_not_be_measured, flags_of
from qcportal.photos.reads import (
    count_parked,
    find_adoptable,
    find_arrivals,
    find_by_digests,
    find_for_returns,
    find_ids_by_key,
    find_mine,
    find_small,
    get_photo,
    parked_question,
    select_parked,
)
from qcportal.photos.sending import find_to_send, select_to_send
from qcportal.photos.states import ShownState, shown_state
from qcportal.photos.tables import ArrivalRow, Photo

__all__ = [
    "OWN",
    "Arrival",
    "ArrivalRow",
    "Capture",
    "Flag",
    "Outcome",
    "OwnFile",
    "Photo",
    "ShownState",
    "choose_content_type",
    "confirm_arrivals",
    "could_not_be_measured",
    "count_parked",
    "expect",
    "expect_own",
    "find_adoptable",
    "find_arrivals",
    "find_by_digests",
    "find_for_returns",
    "find_ids_by_key",
    "find_mine",
    "find_small",
    "find_to_send",
    "flags_of",
    "get_photo",
    "parked_question",
    "readopt",
    "report",
    "select_parked",
    "select_to_send",
    "shown_state",
]
