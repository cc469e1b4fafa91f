"""Callbacks that did not come from the relay: made up, held back too long, or sent once more."""

import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from qcportal import clock, signing
from qcportal.demo.chaos.doors import Recorded
from qcportal.demo.chaos.kinds import Kind, Tally
from qcportal.demo.wire import NoAnswer, Reply, Wire

PATH = "/api/v1/callbacks/s3"
TRIES = 6
REFUSED = 401
JSON = {"Content-Type": "application/json"}


class Attacker:
    """Knows the callbacks' door; `taken` counts what the portal should have refused and did not."""

    def __init__(self, origin: str, bucket: str, tally: Tally) -> None:
        self._wire = Wire(origin, resend=True)
        self._bucket, self._tally = bucket, tally
        self.taken = 0

    def forge(self, keys: Iterable[str]) -> None:
        """Say that photos nobody took are here, with signatures of a secret of one's own."""
        for number, key in enumerate(keys):
            body = self._claim(key, f"forged-{number}")
            headers = signing.sign("s3_forged", clock.now(), body, signing.new_secret())
            if number % 2:
                headers["webhook-signature"] = "v1," + secrets.token_urlsafe(32)
            self._expect_refusal(Kind.FORGED_CALLBACKS, headers, body)

    def hold_back(self, recorded: Sequence[Recorded], secret: str) -> None:
        """Send true callbacks as old as ten minutes or a day, signed with the true secret."""
        for number, each in enumerate(recorded):
            age = timedelta(seconds=600) if number % 2 else timedelta(days=1)
            message_id = each.headers["webhook-id"]
            headers = signing.sign(message_id, clock.now() - age, each.body, secret)
            self._expect_refusal(Kind.STALE_CALLBACKS, headers, each.body)

    def replay(self, recorded: Sequence[Recorded]) -> None:
        """Send what went over the wire a second time, byte by byte."""
        for each in recorded:
            reply = self._send(each.headers, each.body)
            if reply is not None and reply.status < 500:
                self._tally.add(Kind.REPLAYED_CALLBACKS)

    def close(self) -> None:
        """Close the connection."""
        self._wire.close()

    def _expect_refusal(self, kind: Kind, headers: dict[str, str], body: bytes) -> None:
        reply = self._send({**JSON, **headers}, body)
        if reply is None or reply.status >= 500:
            return
        self._tally.add(kind)
        self.taken += reply.status != REFUSED

    def _send(self, headers: dict[str, str], body: bytes) -> Reply | None:
        for _ in range(TRIES):
            try:
                return self._wire.send("POST", PATH, headers, body)
            except NoAnswer:
                continue
        return None

    def _claim(self, key: str, version: str) -> bytes:
        digest = secrets.token_hex(32)
        arrival: dict[str, Any] = {
            "bucket": self._bucket,
            "key": key,
            "version_id": version,
            "size": 5000,
            "content_type": "image/jpeg",
            "stored_at": clock.now().isoformat(),
            "sha256": digest,
            "sha256_source": "s3",
            "metadata": {"sha256": digest},
        }
        return json.dumps({"arrivals": [arrival]}).encode()
