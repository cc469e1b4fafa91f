"""Lists as files: CSV and Excel, made by a job and kept for some days."""

from qcportal.exports.columns import Column, defused
from qcportal.exports.disputes import DISPUTES
from qcportal.exports.disputes import write_filter as write_disputes
from qcportal.exports.disputes import write_queue_filter as write_queue
from qcportal.exports.lists import ExportedList, get_list, names, register
from qcportal.exports.photos import PHOTOS
from qcportal.exports.photos import write_filter as write_photos
from qcportal.exports.reading import read, slices
from qcportal.exports.returns import RETURNS, read_filter, write_filter
from qcportal.exports.reviews import REVIEWS
from qcportal.exports.reviews import write_filter as write_reviews
from qcportal.exports.running import (
    CSV,
    FORMATS,
    KEPT_DAYS,
    KIND,
    PREFIX,
    XLSX,
    Asked,
    kept_until,
    run,
    select_made,
    start,
)

__all__ = [
    "Asked",
    "CSV",
    "Column",
    "DISPUTES",
    "ExportedList",
    "FORMATS",
    "KEPT_DAYS",
    "KIND",
    "PHOTOS",
    "PREFIX",
    "RETURNS",
    "REVIEWS",
    "XLSX",
    "defused",
    "get_list",
    "kept_until",
    "names",
    "read",
    "read_filter",
    "register",
    "run",
    "select_made",
    "slices",
    "start",
    "write_disputes",
    "write_filter",
    "write_photos",
    "write_queue",
    "write_reviews",
]
