"""Upload health: how photos fare between the phone and the evidence, counted.

What is open now is counted as one looks, over small indexes; what is over is counted by the worker
into hours, again and again as late facts come in.
"""

from qcportal.uploads.clockwork import HOUR, hour_start
from qcportal.uploads.hours import (
    count_hours,
    days_back,
    find_hours,
    next_hour,
    replace_hours,
)
from qcportal.uploads.latency import Latencies
from qcportal.uploads.listing import PAGE_SIZE, ListedPhoto, PhotoPage, get_photo_page, place_of
from qcportal.uploads.measures import (
    HOURS,
    OUTSTANDING,
    QUEUE,
    SHIFTS,
    find_measures,
    record_failure,
    record_measure,
)
from qcportal.uploads.outstanding import Outstanding, count_outstanding, outstanding_of
from qcportal.uploads.phones import StuckPhone, count_phones, find_stuck_phones, load_phones
from qcportal.uploads.shifts import (
    Loss,
    ShiftLoss,
    count_shifts,
    find_shifts_of,
    find_worst,
    replace_shifts,
    sum_loss,
    waits,
)
from qcportal.uploads.standing import (
    LOOKED_BACK,
    STATES,
    Count,
    Patience,
    Standing,
    Wanted,
    count_by_hour,
    count_standing,
)
from qcportal.uploads.tables import UploadHour, UploadMeasure, UploadShift

__all__ = [
    "HOUR",
    "HOURS",
    "LOOKED_BACK",
    "OUTSTANDING",
    "PAGE_SIZE",
    "QUEUE",
    "SHIFTS",
    "STATES",
    "Count",
    "Latencies",
    "ListedPhoto",
    "Loss",
    "Outstanding",
    "Patience",
    "PhotoPage",
    "ShiftLoss",
    "Standing",
    "StuckPhone",
    "UploadHour",
    "UploadMeasure",
    "UploadShift",
    "Wanted",
    "count_by_hour",
    "count_hours",
    "count_outstanding",
    "count_phones",
    "count_shifts",
    "count_standing",
    "days_back",
    "find_hours",
    "find_measures",
    "find_shifts_of",
    "find_stuck_phones",
    "find_worst",
    "get_photo_page",
    "hour_start",
    "load_phones",
    "next_hour",
    "outstanding_of",
    "place_of",
    "record_failure",
    "record_measure",
    "replace_hours",
    "replace_shifts",
    "sum_loss",
    "waits",
]
