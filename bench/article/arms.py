"""The architectures: what a client does from the moment a photo was taken until it may move on.

Each is a function of the phone at work, and gives the moment (monotonic) at which the executive may
move on. Those of the article use a fresh connection for each call and send the camera's own file.
"""

import contextlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bench.article import camera
from bench.article.ground import Visit
from bench.article.network import Service
from bench.article.phone import FORMS, INSPECTIONS, Phone, Trying, note, parcel, report
from qcportal.demo import pictures
from qcportal.demo.upload_queue import UploadQueue
from qcportal.demo.uploader import Uploader
from qcportal.demo.wire import Api, NoAnswer, Refused

FRAMING, HEAD_START = 1.5, 0.02
EMPTY_WITHIN = 900.0
_processor = threading.Lock()


@dataclass
class Work:
    """One visit of one phone; `begun` is when the camera had the photo."""

    phone: Phone
    visit: Visit
    taken: bytes
    trying: Trying
    begun: float = 0.0
    sha256: str = ""

    def begin(self) -> None:
        """Start the clock: the camera has the photo."""
        self.begun = time.monotonic()


def conventional(work: Work) -> float:
    """Send photo and report in one request through the application server in the US."""
    work.begin()
    told = {"report": json.dumps(report(work.visit, work.taken))}
    path = f"/photos/{work.visit.photo_id}"
    send = work.phone.send_file
    work.trying.do(lambda: send(Service.CONVENTIONAL, path, told, work.taken))
    return time.monotonic()


def file_server(work: Work) -> float:
    """Send the photo to a file server in Mumbai, and then its URL with the report to the US."""
    work.begin()
    phone, photo_id = work.phone, work.visit.photo_id
    send = phone.send_file
    kept = work.trying.do(lambda: send(Service.FILES, f"/files/{photo_id}", {}, work.taken))
    told = {"url": kept["url"], "report": json.dumps(report(work.visit, work.taken))}
    work.trying.do(lambda: phone.tell(Service.CONVENTIONAL, f"/reports/{photo_id}", told))
    return time.monotonic()


def direct(work: Work) -> float:
    """Fetch a form, then send the photo to S3 in Mumbai and the report to the US, side by side."""
    work.begin()
    phone, visit = work.phone, work.visit
    wanted = {"return_ids": [visit.return_id]}
    (form,) = work.trying.do(lambda: phone.tell(Service.PORTAL, FORMS, wanted))["forms"]
    fresh = replace(visit, url=form["url"], fields=form["fields"])
    sending = parcel(fresh, work.taken, phone.at_s3(form["url"]))
    told = report(visit, work.taken)
    work.sha256 = sending.sha256
    work.trying.beside(
        lambda: phone.send_to_s3(sending),
        lambda: phone.tell(Service.PORTAL, INSPECTIONS, told),
    )
    return time.monotonic()


def one_call(work: Work) -> float:
    """Send the photo to S3 with the report as its metadata, by a form fetched in the morning."""
    work.begin()
    carried = note(report(work.visit, work.taken))
    url = work.phone.at_s3(work.visit.url)
    sending = parcel(work.visit, work.taken, url, carried)
    work.sha256 = sending.sha256
    work.trying.do(lambda: work.phone.send_to_s3(sending))
    return time.monotonic()


def ours(work: Work) -> float:
    """Compress; send the report with a preview, and the photo to S3 right behind it.

    The connections were opened while the executive held the camera, forms are in hand. The photo
    is the queue's business: the executive may move on when the portal has the report.
    """
    phone, queue = work.phone, UploadQueue()
    portal = Api(phone.origin(Service.PORTAL), phone.token, timeout=phone.timeout)
    asking = Api(phone.origin(Service.PORTAL), phone.token, timeout=phone.timeout)
    to_s3 = phone.at_s3(work.visit.url)
    uploader = Uploader(queue, asking, uploaded=_ignore, deleted=_ignore, timeout=phone.timeout)
    with contextlib.suppress(NoAnswer):
        portal.open()
        uploader.warm(to_s3)
    time.sleep(FRAMING)
    with _processor:  # no phone shares its processor with others
        work.begin()
        photo = camera.compressed(work.taken)
        data = pictures.named(photo.data, str(work.visit.photo_id))
        sending, told = parcel(work.visit, data, to_s3), report(work.visit, data, photo)
    work.taken, work.sha256 = data, sending.sha256
    telling = Telling(lambda: portal.call("POST", INSPECTIONS, told, patient=False), work.trying)
    telling.start()
    time.sleep(HEAD_START)  # the report is in the network before the photo
    queue.put(sending)
    arrived = _drain(uploader, queue, work)
    telling.join()
    work.trying.note(calls=sending.tries + arrived, failures=sending.tries)
    for each in (portal, asking, uploader):
        each.close()
    if telling.error or not arrived:
        raise telling.error or NoAnswer("the photo did not reach S3")
    return telling.ended


class Telling(threading.Thread):
    """Tells the portal beside everything else; `ended` is when it had answered."""

    def __init__(self, call: Callable[[], Any], trying: Trying) -> None:
        super().__init__(daemon=True)
        self._call, self._trying = call, trying
        self.ended = 0.0
        self.error: Exception | None = None

    def run(self) -> None:
        """Tell; see the class."""
        try:
            self._trying.do(self._call)
        except (NoAnswer, Refused) as error:
            self.error = error
        self.ended = time.monotonic()


def _drain(uploader: Uploader, queue: UploadQueue, work: Work) -> bool:
    """Let the queue work until the portal has verified all; or, without it, try once."""
    if work.trying.queue:
        uploader.start()
        return uploader.finish(EMPTY_WITHIN)
    sending = queue.take()
    assert sending is not None
    uploader.send(sending)
    return bool(queue.unverified())


def _ignore(*_: object) -> None:
    """Take no notice of progress; the database is what is watched."""


ARMS: dict[str, Callable[[Work], float]] = {
    "conventional": conventional,
    "file server": file_server,
    "direct": direct,
    "one call": one_call,
    "ours": ours,
}
AT_PORTAL = ("direct", "one call", "ours")
"""Architectures that end at the portal, and so need a visit of it."""
