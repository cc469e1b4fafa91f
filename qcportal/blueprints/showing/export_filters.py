"""Reads off a URL which list is to be exported and how it is filtered.

A list adds itself to `READERS`, or to `CARRIER_READERS`: how its filters are read off its own URL.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flask import url_for
from werkzeug.datastructures import MultiDict

from qcportal import errors, exports
from qcportal.blueprints.showing import dispute_queue, disputes_list, review_filters, upload_photos
from qcportal.blueprints.showing.returns_list import Asker, list_filter, read_filters
from qcportal.blueprints.showing.upload_health import patience
from qcportal.disputes import Person
from qcportal.reviews.lists import TABS, WIDER


@dataclass(frozen=True)
class Wanted:
    """A list with its filters: as the job keeps them, as the URL has them, and in words."""

    list: str
    filters: Mapping[str, Any]
    args: Mapping[str, str]
    back: str

    @property
    def words(self) -> str:
        """Give the filters in a line."""
        return ", ".join(f"{name}: {value}" for name, value in self.args.items())


class Reader(Protocol):
    """Reads how a list is filtered off its URL."""

    def __call__(self, args: MultiDict[str, str], asker: Asker, *, by: Person) -> Wanted:
        """Read the filters; raises Invalid for what cannot be asked for."""


def read_wanted(args: MultiDict[str, str], asker: Asker, *, by: Person) -> Wanted:
    """Read which list is wanted and how it is filtered; raises Invalid or NotFound."""
    name = args.get("list", "returns")
    exports.get_list(name)
    if name not in readers(asker):
        raise errors.NotFound()
    return readers(asker)[name](args, asker, by=by)


def _read_returns(args: MultiDict[str, str], asker: Asker, *, by: Person) -> Wanted:
    filters = read_filters(args)
    kept = exports.write_filter(list_filter(filters, asker))
    given = filters.args()
    return Wanted("returns", kept, given, url_for(asker.list_endpoint, **given))  # type: ignore[arg-type]


def _read_reviews(args: MultiDict[str, str], asker: Asker, *, by: Person) -> Wanted:
    filters = review_filters.read_filters(args, tabs=(*WIDER, *TABS))
    given = {"tab": filters.tab} | filters.args()
    kept = exports.write_reviews(review_filters.wanted(filters, asker))
    back = filters.args(**{"tab": ""} if filters.tab in WIDER else {})
    return Wanted("reviews", kept, given, url_for(asker.endpoint("reviews"), **back))  # type: ignore[arg-type]


def _read_disputes(args: MultiDict[str, str], asker: Asker, *, by: Person) -> Wanted:
    filters = disputes_list.read_filters(args)
    given = filters.args()
    kept = exports.write_disputes(disputes_list.wanted(filters, asker))
    return Wanted("disputes", kept, given, url_for(asker.endpoint("disputes"), **given))  # type: ignore[arg-type]


def _read_queue(args: MultiDict[str, str], asker: Asker, *, by: Person) -> Wanted:
    filters = dispute_queue.read_filters(args)
    given = filters.args(after="")
    kept = exports.write_queue(dispute_queue.wanted_of(filters), by=by)
    return Wanted("disputes", kept, given, url_for(asker.endpoint("disputes"), **given))


def _read_photos(args: MultiDict[str, str], asker: Asker, *, by: Person) -> Wanted:
    asked = upload_photos.read_filters(args)
    given = upload_photos.shortest(asked)
    kept = exports.write_photos(asked["state"], patience(), upload_photos.wanted(asked))
    return Wanted("photos", kept, given, url_for(asker.endpoint("upload_photos"), **given))  # type: ignore[arg-type]


READERS: Mapping[str, Reader] = {
    "returns": _read_returns,
    "reviews": _read_reviews,
    "disputes": _read_disputes,
}
CARRIER_READERS: Mapping[str, Reader] = {
    "returns": _read_returns,
    "disputes": _read_queue,
    "photos": _read_photos,
}


def readers(asker: Asker) -> Mapping[str, Reader]:
    """Give the lists that can be exported at a door."""
    return CARRIER_READERS if asker.merchant_id is None else READERS
