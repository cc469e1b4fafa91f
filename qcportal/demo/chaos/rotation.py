"""Rotating the relay's secret as docs/operations.md tells operators to: both, then the new one."""

import time
from typing import Any

from qcportal import signing
from qcportal.demo.chaos.portal import Portal

SETTING = "QCPORTAL_CALLBACK_SECRETS"
BOTH_SECONDS = 2.0


class Rotation:
    """The secret in force, and the way to the next one."""

    def __init__(self, portal: Portal, store: Any, secret: str) -> None:
        self.secret = secret
        self._portal, self._store = portal, store

    def turn(self) -> None:
        """Let the portal know both, the relay sign with the new one, the portal forget the old.

        A relay that still trusts the old one is refused then, reads it anew and tries again.
        """
        old, new = self.secret, signing.new_secret()
        self._know(f"{old},{new}")
        (kept,) = self._store.list_secrets()["SecretList"]
        self._store.put_secret_value(SecretId=kept["ARN"], SecretString=f"{new},{old}")
        self.secret = new
        time.sleep(BOTH_SECONDS)
        self._know(new)

    def _know(self, secrets: str) -> None:
        self._portal.settings[SETTING] = secrets
        self._portal.restart_server()
