"""What is not here, as the worker counted it last: where that is much, pages read it from here.

Few photos are counted as one looks. Of many, a page would take as long as they are.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from qcportal import clock
from qcportal.uploads import clockwork
from qcportal.uploads.measures import OUTSTANDING
from qcportal.uploads.phones import Stuck, sum_stuck
from qcportal.uploads.standing import (
    LOOKED_BACK,
    Count,
    Patience,
    Standing,
    Wanted,
    count_by_hour,
    count_standing,
)
from qcportal.uploads.tables import UploadMeasure

FEW = 250
"""Up to so many photos in question are counted as one looks."""
FRESH = timedelta(minutes=3)
"""What was counted longer ago is not shown: then no worker runs, and one counts as one looks."""


@dataclass(frozen=True)
class Outstanding:
    """What was in question since a moment: by the hour and state, by state, and by phone."""

    since: datetime
    hours: Mapping[datetime, Mapping[str, int]]
    standing: Standing
    phones: Sequence[Stuck]

    def by_hour(
        self, patience: Patience, since: datetime, until: datetime
    ) -> Mapping[datetime, Mapping[str, int]]:
        """Give the counts of a span by the hour; a span that began before is counted now."""
        if since < self.since:
            return count_by_hour(patience, since, until)
        return {hour: each for hour, each in self.hours.items() if since <= hour < until}


def count_outstanding(patience: Patience) -> dict[str, Any]:
    """Count what is in question of the last 30 days, in three statements; gives it as JSON."""
    now = clock.now()
    since = clockwork.hour_start(now - LOOKED_BACK)
    hours = count_by_hour(patience, since, clockwork.hour_start(now) + clockwork.HOUR)
    standing = count_standing(patience, Wanted(since=now - LOOKED_BACK))
    return {
        "since": since.isoformat(),
        "photos": sum(sum(each.values()) for each in hours.values()),
        "hours": {hour.isoformat(): each for hour, each in hours.items()},
        "standing": {
            state: [each.photos, each.phones, _text(each.oldest)]
            for state, each in standing.counts.items()
        },
        "phones": [
            [str(each.device_id or ""), each.late, each.missing, _text(each.oldest), each.size]
            for each in sum_stuck(patience)
        ],
    }


def outstanding_of(measures: Mapping[str, UploadMeasure]) -> Outstanding | None:
    """Read what was counted; None where few photos are in question, or nobody counted lately."""
    measure = measures.get(OUTSTANDING)
    if measure is None or measure.taken_at is None or clock.now() - measure.taken_at > FRESH:
        return None
    found = measure.value
    if found["photos"] <= FEW:
        return None
    return Outstanding(
        datetime.fromisoformat(found["since"]),
        {datetime.fromisoformat(hour): each for hour, each in found["hours"].items()},
        Standing(
            {
                state: Count(photos, phones, _moment(oldest))
                for state, (photos, phones, oldest) in found["standing"].items()
            }
        ),
        [
            Stuck(
                uuid.UUID(phone) if phone else None,
                late,
                missing,
                datetime.fromisoformat(oldest),
                size,
            )
            for phone, late, missing, oldest, size in found["phones"]
        ],
    )


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
