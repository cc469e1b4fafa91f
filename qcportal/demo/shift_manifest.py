"""What a phone says it captured on its shift: a line per photo, told as it goes and at the end."""

from datetime import datetime
from typing import Any

from qcportal import clock
from qcportal.demo.upload_queue import UploadQueue
from qcportal.demo.wire import Api

PATH = "/api/v1/field/manifests"
PER_CALL = 2000


class ShiftManifest:
    """The lines of one phone's shift; `told` are those that the portal has in a manifest."""

    def __init__(self, api: Api, queue: UploadQueue) -> None:
        self._api, self._queue = api, queue
        self._lines: dict[str, dict[str, Any]] = {}
        self._told: set[str] = set()
        self.run_sheet_id = ""

    def add(self, photo_id: str, sha256: str, size: int, at: datetime) -> None:
        """Write down a photo that was just taken, or is found on the phone again."""
        line = {"photo_id": photo_id, "sha256": sha256, "bytes": size}
        self._lines[photo_id] = line | {"captured_at": at.isoformat()}

    def tell_new(self) -> None:
        """Tell what was captured since the last time."""
        fresh = [photo_id for photo_id in self._lines if photo_id not in self._told]
        if fresh:
            self._send(fresh, final=False)

    def close(self) -> bool:
        """Tell everything, as the last word; gives whether the portal holds all of this phone's.

        Not whether the whole shift is safe: the day may have photos that another phone lost.
        """
        return self._send([*self._lines], final=True)

    def _send(self, photo_ids: list[str], *, final: bool) -> bool:
        safe = True
        tries = self._queue.tries()
        for start in range(0, max(1, len(photo_ids)), PER_CALL):
            some = photo_ids[start : start + PER_CALL]
            last = start + PER_CALL >= len(photo_ids)
            body = {
                "run_sheet_id": self.run_sheet_id,
                "lines": [_line(self._lines[each], tries.get(each, 0)) for each in some],
                "final": final and last,
                "phone_time": clock.now().isoformat(),
            }
            lines = self._api.call("POST", PATH, body)["lines"]
            safe = safe and all(line["state"] == "verified" for line in lines)
            self._told.update(some)
        return safe


def _line(line: dict[str, Any], tries: int) -> dict[str, Any]:
    """Give a line with how often it was tried; here nothing but a network ever fails."""
    return line | ({"tries": tries, "waiting_reason": "no_signal"} if tries else {})
