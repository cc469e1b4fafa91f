"""The queue without a Lambda, its dead letters, a rotated secret, and the reconciler beside both.

On the embedded AWS with the stack deployed: real events of real uploads.
"""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from qcportal import signing
from qcportal.demo.lambda_bundle import ROOT
from qcportal.photos import Photo
from tests import site as sites
from tests.databases import wait_until
from tests.site import Site
from tests.world import SECRET

pytestmark = pytest.mark.aws
PHOTO = b"x" * 2000


@dataclass
class Chain:
    """A site, its stack, and what an operator types beside it."""

    site: Site

    @property
    def settings(self) -> Any:
        return self.site.world.app.extensions["qcportal.settings"]

    def outputs(self) -> dict[str, str]:
        stack = self.site.aws.client("cloudformation").describe_stacks(StackName="qcportal")
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Stacks"][0]["Outputs"]}

    def source(self) -> dict[str, Any]:
        """Give how the Lambda is tied to its queue."""
        listed = self.site.aws.client("lambda").list_event_source_mappings()
        name = self.outputs()["FunctionName"]
        found = (e for e in listed["EventSourceMappings"] if e["FunctionArn"].endswith(name))
        return dict(next(found))

    def switch(self, *, on: bool) -> None:
        """Let the Lambda take messages, or not."""
        client = self.site.aws.client("lambda")
        client.update_event_source_mapping(UUID=self.source()["UUID"], Enabled=on)

    def environ(self, **more: str) -> dict[str, str]:
        names = ("environment", "secret_key", "database_url", "bucket", "region", "s3_endpoint",
                 "portal_access_key_id", "portal_secret_access_key")  # fmt: skip
        given = {f"QCPORTAL_{name.upper()}": getattr(self.settings, name) for name in names}
        given["QCPORTAL_CALLBACK_SECRETS"] = ",".join(self.settings.callback_secrets)
        root = self.site.aws._root
        given |= {
            "AWS_ACCESS_KEY_ID": root.access_key_id,
            "AWS_SECRET_ACCESS_KEY": root.secret_access_key,
            "CALLBACK_URL": f"{self.site.url}/api/v1/callbacks/s3",
            "QCPORTAL_LOG_LEVEL": "ERROR",
        }
        return {**os.environ, **given, **more}

    def start(self, *words: str, **more: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", "from qcportal.cli import main; main()", *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=ROOT, env=self.environ(**more), **pipes)  # type: ignore[call-overload,no-any-return]

    def types(self, *words: str) -> str:
        """Run a command to its end; gives what it says."""
        process = self.start(*words)
        said, wrong = process.communicate(timeout=120)
        assert process.returncode == 0, said + wrong
        return str(said)

    def upload(self, *slots: str) -> str:
        """Send photos of a new return; gives the return's id."""
        world = self.site.world
        rvp = world.register()
        world.assign(rvp["return_id"])
        forms = world.forms(rvp["return_id"])
        for slot in slots:
            answer = self.site.send(forms[slot], PHOTO)
            assert answer.status_code == 201, answer.text
        return str(rvp["return_id"])

    def photos(self, return_id: str) -> dict[str, Photo]:
        return self.site.world.photo_rows(return_id)

    def verified(self, return_id: str) -> list[str]:
        found = self.photos(return_id).values()
        return sorted(photo.slot for photo in found if photo.verified_at)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    with sites.running(tmp_path_factory.mktemp("relay"), imaging=False) as site:
        yield Chain(site)


@pytest.fixture
def no_lambda(chain: Chain) -> Iterator[None]:
    chain.switch(on=False)
    yield
    chain.switch(on=True)


@pytest.mark.usefixtures("no_lambda")
def test_the_relay_command_takes_the_place_of_the_lambda(chain: Chain) -> None:
    return_id = chain.upload("front", "damage")
    assert chain.verified(return_id) == []
    chain.types("relay", "--once", "--no-pictures")
    assert chain.verified(return_id) == ["damage", "front"]


@pytest.mark.usefixtures("no_lambda")
def test_the_relay_command_works_until_sigterm_and_ends_after_the_batch(chain: Chain) -> None:
    process = chain.start("relay", "--no-pictures")
    return_id = chain.upload("front")
    assert wait_until(lambda: chain.verified(return_id) == ["front"], seconds=30)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 0


@pytest.mark.usefixtures("no_lambda")
def test_dead_letters_are_shown_and_sent_again(chain: Chain) -> None:
    return_id = chain.upload("front")
    key, outputs = chain.photos(return_id)["front"].key, chain.outputs()
    sqs = chain.site.aws.client("sqs")
    (message,) = sqs.receive_message(QueueUrl=outputs["QueueUrl"], WaitTimeSeconds=5)["Messages"]
    # What SQS does after the twelfth try, at once.
    sqs.send_message(QueueUrl=outputs["DeadLetterQueueUrl"], MessageBody=message["Body"])
    sqs.delete_message(QueueUrl=outputs["QueueUrl"], ReceiptHandle=message["ReceiptHandle"])

    shown = chain.types("dead-letters")
    assert "1 dead letters." in shown
    assert key in shown
    chain.types("relay", "--once", "--no-pictures")
    assert chain.verified(return_id) == []

    assert "1 messages were sent again." in chain.types("dead-letters", "--drain")
    chain.types("relay", "--once", "--no-pictures")
    assert chain.verified(return_id) == ["front"]
    assert "0 dead letters." in chain.types("dead-letters")


@pytest.mark.usefixtures("no_lambda")
def test_two_reconcilers_at_once_heal_everything_and_nothing_twice(chain: Chain) -> None:
    returns = [chain.upload("front", "damage", "imei") for _ in range(8)]
    words = ("reconcile", "--grace", "1s", "--json", "--no-pictures")
    assert wait_until(lambda: all(chain.verified(each) == [] for each in returns), seconds=3)
    time.sleep(2.1)  # S3 tells whole seconds: let all be older than the grace
    both = [chain.start(*words), chain.start(*words)]
    ended = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], ended
    assert all(len(chain.verified(each)) == 3 for each in returns)
    again = chain.types(*words)
    assert '"healed": 0' in again
    verified = chain.start("verify", "--json", "-")
    report, _ = verified.communicate(timeout=60)
    assert '"holds": true' in report, report


def test_a_rotated_secret_costs_no_photo(chain: Chain) -> None:
    first = chain.upload("front")
    assert wait_until(lambda: chain.verified(first) == ["front"], seconds=30)
    new = signing.new_secret()
    app = chain.site.world.app
    both = dataclasses.replace(chain.settings, callback_secrets=(SECRET, new))
    app.extensions["qcportal.settings"] = both
    store = chain.site.aws.client("secretsmanager")
    (secret,) = store.list_secrets()["SecretList"]
    store.put_secret_value(SecretId=secret["ARN"], SecretString=f"{new},{SECRET}")
    second = chain.upload("front")
    assert wait_until(lambda: chain.verified(second) == ["front"], seconds=30)

    # The old one is taken away while a relay may still trust it: 401, then it reads it anew.
    only_new = dataclasses.replace(both, callback_secrets=(new,))
    app.extensions["qcportal.settings"] = only_new
    try:
        third = chain.upload("front")
        assert wait_until(lambda: chain.verified(third) == ["front"], seconds=60)
        refused = chain.site.world.raw_callback(b'{"arrivals": []}', secret=SECRET)
        assert refused.status_code == 401
    finally:
        app.extensions["qcportal.settings"] = both
