"""What merchants are shown in the end: results by the API, and each photo by the URL in it."""

import hashlib
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from qcportal.demo.carrier import Carrier
from qcportal.demo.chaos.diary import Claim, Event, Line
from qcportal.demo.chaos.ground import Job

LOOKED_AT = 60


def look(
    carrier: Carrier, jobs: Sequence[Job], lines: Iterable[Line], seed: int
) -> tuple[int, list[str]]:
    """Look at some returns as their merchants do; gives how many photos were right, and faults."""
    taken = _taken(lines)
    chosen = Random(f"{seed}/shown").sample([*jobs], min(LOOKED_AT, len(jobs)))
    right, faults = 0, list[str]()
    for job in chosen:
        shown = _fetch(carrier, job)
        wanted = taken[job.door.awb]
        for photo_id, digest in wanted.items():
            seen = shown.get(photo_id, [])
            if len(seen) == 1 and seen[0] == digest:
                right += 1
            else:
                faults.append(
                    f"{job.door.awb} {photo_id}: its merchant is shown {seen or 'nothing'}"
                )
        strange = shown.keys() - wanted.keys()
        faults += [f"{job.door.awb}: its merchant is shown {each}" for each in sorted(strange)]
    return right, faults


def _taken(lines: Iterable[Line]) -> Mapping[str, dict[str, str]]:
    """Give what S3 took of each return, by waybill and photo."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for line in lines:
        if line.claim is Claim.RIGHT and line.event is not Event.CAPTURED:
            found[line.awb][line.photo_id] = line.sha256
    return found


def _fetch(carrier: Carrier, job: Job) -> dict[str, list[str]]:
    """Give the digest of every photo that the result of a return shows, by photo.

    A photo stands under its check and among all of the item; in one list it stands once.
    """
    api = carrier.partner(job.door.store)
    result = api.call("GET", f"/api/v1/returns/{job.stop['return_id']}/result")
    api.close()
    times: Counter[tuple[str, str]] = Counter()
    for shown in _lists(result):
        times |= Counter(shown)
    found: dict[str, list[str]] = defaultdict(list)
    for (photo_id, url), number in times.items():
        found[photo_id] += [_digest(url)] * number
    return found


def _lists(part: Any) -> Iterator[list[tuple[str, str]]]:
    """Give every list of photos in an answer, as photo and URL."""
    if isinstance(part, list):
        photos = [each for each in part if isinstance(each, dict) and each.get("url")]
        yield [(each["photo_id"], each["url"]) for each in photos if "photo_id" in each]
    inside = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for each in inside:
        yield from _lists(each)


def _digest(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own S3
        return hashlib.sha256(answer.read()).hexdigest()
