"""A phone's line to the portal: patient, and enrolled anew when its token was revoked."""

import time
from typing import Any

from qcportal.demo.chaos.ground import Ground
from qcportal.demo.chaos.kinds import Kind
from qcportal.demo.wire import Api, NoAnswer, Refused

TRIES = 12
REVOKED = 401


class PhoneLine:
    """One phone's calls; for one thread."""

    def __init__(self, seat: int, token: str, ground: Ground) -> None:
        self.seat, self.token = seat, token
        self._ground = ground
        self._api = Api(ground.origin, token)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call until there is an answer; raises Refused when the portal says no for good."""
        for _ in range(TRIES):
            try:
                return self._api.call(method, path, body)
            except NoAnswer:
                time.sleep(1.0)
            except Refused as refused:
                if refused.status == REVOKED:
                    self._enrol_again()
                elif refused.status < 500:
                    raise
        raise NoAnswer(f"the portal was away for {TRIES} tries of {path}")

    def close(self) -> None:
        """Close the connection."""
        self._api.close()

    def _enrol_again(self) -> None:
        self._ground.tally.add(Kind.TOKEN_REVOKED)
        self._api.close()
        self.token = self._ground.office.enrol_again(self.seat)
        self._api = Api(self._ground.origin, self.token)
