"""A return's evidence as answers: the document and the archive, for every door that gives them.

An archive is streamed and can be asked for from any byte on (RFC 9110, section 14): its tag stands
for its bytes. Only so many are made at once, so that others still find a free thread, and none is
sent for ever: who is slow goes on with a range.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator

import structlog
from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from qcportal import disputes, errors, packs
from qcportal.blueprints import access, pictures
from qcportal.db import db
from qcportal.packs import Archive, Broken

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 3
"""Of each process: fewer than its threads (docs/operations.md)."""
MOST_SECONDS = 1_800
BUSY_SECONDS = 10
_turns = threading.BoundedSemaphore(MOST_AT_ONCE)


def document(return_id: uuid.UUID) -> Response:
    """Give the document of a return of the scope, or raise NotFound."""
    with _Turn():
        contents = _gathered(return_id)
        _leave_database()
        data = packs.write_document(pictures.store(), contents)
    response = Response(data, mimetype="application/pdf")
    return _named(response, f"{contents.stem}.pdf")


def archive(return_id: uuid.UUID) -> Response:
    """Give the archive of a return of the scope, or the part that is asked for."""
    turn = _Turn()
    turn.__enter__()
    try:
        made = _made(return_id)
        _leave_database()
        response = _sent(made, turn)
    except BaseException:
        turn.end()
        raise
    response.call_on_close(turn.end)
    if request.method == "HEAD":
        turn.end()
    return response


def first_byte() -> int:
    """Tell from which byte on a request goes on, for the record; 0 is the beginning."""
    ranges = request.range.ranges if request.range else []
    return max(0, ranges[0][0] or 0) if ranges else 0


def _gathered(return_id: uuid.UUID) -> packs.Contents:
    if disputes.is_any_due():
        access.write_apart(disputes.settle_due)
    return packs.gather(return_id)


def _made(return_id: uuid.UUID) -> Archive:
    store = pictures.store()
    contents, checked = packs.look(store, _gathered(return_id))
    made = packs.pack(store, contents, checked)
    if any(each.is_new for each in checked.values()):
        wanted = list(contents.originals.values())
        access.write_apart(lambda: packs.keep(wanted, checked))
    return made


def _leave_database() -> None:
    """Keep no connection while the bucket is read and the answer is sent."""
    db.session.expunge_all()  # a rollback would empty the person whom an error page names
    db.session.rollback()


def _sent(made: Archive, turn: "_Turn") -> Response:
    start, end = _asked(made)
    response = Response(
        _patiently(made.stream(start, end), made.name, turn),
        status=200 if (start, end) == (0, made.size) else 206,
        mimetype="application/zip",
        direct_passthrough=True,
    )
    if response.status_code == 206:
        response.content_range.set(start, end, made.size)
    response.content_length = end - start
    response.accept_ranges = "bytes"
    response.set_etag(made.tag)
    return _named(response, made.name)


def _asked(made: Archive) -> tuple[int, int]:
    """Give the bytes that are asked for: all, or one range of the very archive that was begun."""
    whole = (0, made.size)
    ranges = request.range
    if ranges is None or len(ranges.ranges) != 1:
        return whole
    begun = request.if_range
    if begun.date is not None or begun.etag not in (None, made.tag):
        return whole
    found = ranges.range_for_length(made.size)
    if found is None or found[0] is None or found[1] is None:
        raise RequestedRangeNotSatisfiable(made.size)
    return found[0], found[1]


def _patiently(parts: Iterator[bytes], name: str, turn: "_Turn") -> Iterator[bytes]:
    """Send part by part; what breaks off is noted, and the receiver sees that it is not whole."""
    ends = time.monotonic() + MOST_SECONDS
    try:
        for part in parts:
            if time.monotonic() > ends:
                raise Broken("it took too long")
            yield part
    except (Broken, errors.PortalError) as error:
        log.warning("pack_broken_off", name=name, reason=str(error))
        raise
    finally:
        turn.end()


def _named(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


class _Turn:
    """One of the few turns to make evidence; raises Unavailable when all are taken."""

    def __init__(self) -> None:
        self._end: Callable[[], None] | None = None

    def __enter__(self) -> None:
        if not _turns.acquire(blocking=False):
            words = "Several evidence files are being made just now. Try again in a moment."
            raise errors.Unavailable(words, retry_after=BUSY_SECONDS)
        self._end = _turns.release

    def __exit__(self, *_error: object) -> None:
        self.end()

    def end(self) -> None:
        """Give the turn back, once."""
        end, self._end = self._end, None
        if end is not None:
            end()
