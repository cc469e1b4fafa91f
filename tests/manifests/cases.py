"""What phones tell of a shift, and how it is counted: what the tests of manifests start from."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from qcportal import clock, devices, manifests
from qcportal.manifests import Count, Period, Waits
from tests.world import World

DATA, OTHER = b"d" * 2000, b"o" * 2500
NOWHERE = "0190b6a0-5c4e-7d3a-9a41-0c5e6f7a8b9c"
LATE, MISSING = 1800, 172_800
EVER = Period(datetime(2020, 1, 1, tzinfo=UTC).date(), datetime(2999, 1, 1, tzinfo=UTC).date())


def a_line(photo_id: str, data: bytes = DATA, **changes: Any) -> dict[str, Any]:
    """Give one line of a manifest."""
    digest = hashlib.sha256(data).hexdigest()
    return {"photo_id": photo_id, "sha256": digest, "bytes": len(data)} | changes


def tell(world: World, sheet_id: Any, *lines: Any, **changes: Any) -> dict[str, Any]:
    """Send a manifest and give its answer."""
    answer = send(world, sheet_id, *lines, **changes)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def send(world: World, sheet_id: Any, *lines: Any, token: str | None = None, **changes: Any) -> Any:
    """Send a manifest."""
    body = {"run_sheet_id": str(sheet_id), "lines": list(lines)} | changes
    return world.field("POST", "/manifests", body, token=token)


def waits(*, hours: float = 0) -> Waits:
    """Look some hours from now, with limits of half an hour and two days."""
    return Waits(clock.now() + timedelta(hours=hours), LATE, MISSING)


def count(world: World, *, hours: float = 0) -> Count:
    """Count everything, some hours from now."""
    with world.inside(commit=False):
        return manifests.count_all(EVER, waits(hours=hours))


def the_sheet(world: World) -> uuid.UUID:
    """Give the id of the executive's only run sheet."""
    with world.inside(commit=False):
        today = clock.now().astimezone(devices.ZONE).date()
        sheet = devices.find_run_sheet(world.executive_id, today)
        assert sheet is not None
        return sheet.id
