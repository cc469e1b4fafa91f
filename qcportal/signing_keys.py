"""The AWS keys that sign forms and URLs: fetched once, renewed in time, shared by threads."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from qcportal.errors import Unavailable
from qcportal.sigv4 import LONGEST_SECONDS, Credentials

# What was signed stops working when the keys end, so nothing is promised up to the last moment.
MARGIN = timedelta(minutes=5)
# botocore itself renews temporary keys from 15 minutes before their end.
RENEW_BEFORE = timedelta(minutes=15)


class SigningKeys:
    """Holds what `fetch` gave for as long as it is good; only `fetch` may need the network."""

    def __init__(self, fetch: Callable[[], Credentials]) -> None:
        self._fetch = fetch
        self._held: Credentials | None = None
        self._renewing = threading.Lock()

    def at(self, moment: datetime) -> Credentials:
        """Give keys to sign with at `moment`; while one thread renews, the others use the old."""
        held = self._held
        if held and not _ends_within(held, moment, RENEW_BEFORE):
            return held
        usable = held is not None and not _ends_within(held, moment, MARGIN)
        if not self._renewing.acquire(blocking=not usable):
            assert held is not None
            return held
        try:
            if self._held is held:
                self._held = self._fetch()
            assert self._held is not None
            return self._held
        finally:
            self._renewing.release()


def effective_expiry(
    credentials: Credentials, at: datetime, *, lifetime: int, minimum: int
) -> datetime:
    """Give the moment at which a form signed at `at` for `lifetime` seconds really ends.

    That is the earliest of its policy, five minutes before the keys end, and S3's seven days.
    Unavailable when less than `minimum` seconds would be left.
    """
    ends = at + timedelta(seconds=min(lifetime, LONGEST_SECONDS))
    if credentials.expires_at is not None:
        ends = min(ends, credentials.expires_at.replace(microsecond=0) - MARGIN)
    if ends - at < timedelta(seconds=minimum):
        raise Unavailable("The signing credentials end too soon for an upload form.")
    return ends


def _ends_within(credentials: Credentials, at: datetime, margin: timedelta) -> bool:
    return credentials.expires_at is not None and credentials.expires_at - at < margin
