"""The queue's words when it cannot be asked."""

import os

import pytest

from qcportal import errors
from qcportal.queues import Queue


def test_missing_credentials_are_told_with_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    queue = Queue("http://127.0.0.1:9/0/q", "ap-south-1", "http://127.0.0.1:9")
    with pytest.raises(errors.Unavailable, match="set AWS_ACCESS_KEY_ID"):
        queue.attributes()
