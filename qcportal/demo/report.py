"""What a run of the demo comes to: percentiles, the one line of JSON, and whether it is good."""

import json
import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Result:
    """The whole run. Counts are of photos, times in seconds; p50 and p99 are the merchant's wait.

    `lost` were taken and can be found neither in the portal nor on a phone; `duplicated` are
    shown twice, or lie in the bucket in more than one version. `manifest` is what the phones said
    they captured, counted as an admin sees it; `untold` of it is in a phone's diary alone.
    """

    captured: int
    stored: int
    verified: int
    lost: int
    duplicated: int
    late: int
    missing: int
    p50: float
    p99: float
    seconds: float
    manifest: Mapping[str, int]

    @property
    def good(self) -> bool:
        """Tell whether nothing was lost, shown twice, left on the way or out of the manifests."""
        came = self.captured == self.verified and not self.lost and not self.duplicated
        told = self.manifest["captured"] == self.captured and not self.manifest["untold"]
        return came and told and not self.manifest["lost"]

    def as_line(self) -> str:
        """Give the result as one line of JSON."""
        return json.dumps(asdict(self))


class Waits:
    """Measured waits in seconds; for several threads."""

    def __init__(self) -> None:
        self._seconds: list[float] = []
        self._lock = threading.Lock()

    def add(self, seconds: float) -> None:
        """Keep one."""
        with self._lock:
            self._seconds.append(seconds)

    def percentile(self, share: float) -> float:
        """Give the percentile of all so far, rounded to milliseconds; 0 without any."""
        with self._lock:
            seconds = [*self._seconds]
        return round(percentile(seconds, share), 3)


def percentile(values: Sequence[float], share: float) -> float:
    """Give the smallest value that `share` (0-1) of all values do not exceed; 0 without any.

    The nearest-rank method: always a value that was really measured.
    """
    if not values:
        return 0.0
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
