"""The whole chain on a real ministack: form -> S3 -> SQS -> Lambda -> signed callback.

Also the contract of what we rely on in ministack, since the project is young.
"""

import base64
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
import requests
from botocore.exceptions import ClientError

from qcportal.demo.embedded_aws import EmbeddedAws
from qcportal.demo.lambda_bundle import ROOT
from qcportal.demo.stack import Deployment, Wish
from qcportal.errors import Unavailable
from tests import portal_door

pytestmark = pytest.mark.aws
JPEG = "image/jpeg"
WISH = Wish(bucket="qcportal-test", imaging=False)


@pytest.fixture(scope="module")
def door() -> Iterator[portal_door.Door]:
    with portal_door.opened() as opened:
        yield opened


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws() as running:
        yield running


@pytest.fixture(scope="module")
def deployed(aws: EmbeddedAws, door: portal_door.Door) -> Deployment:
    return aws.deploy(door.url, portal_door.SECRET, WISH)


def form(aws: EmbeddedAws, deployed: Deployment, key: str, expires: int = 60) -> dict[str, Any]:
    fields = {
        "Content-Type": JPEG,
        "success_action_status": "201",
        "x-amz-meta-photo-id": "p-1",
    }
    conditions = [{name: value} for name, value in fields.items()]
    client = aws.client("s3", deployed.signer)
    return dict(
        client.generate_presigned_post(
            deployed.bucket,
            key,
            Fields=fields,
            Conditions=[*conditions, ["content-length-range", 3, 1000]],
            ExpiresIn=expires,
        )
    )


def send(form: dict[str, Any], body: bytes = b"photo", **changed: str) -> requests.Response:
    fields = {**form["fields"], **{name.replace("_", "-"): v for name, v in changed.items()}}
    return requests.post(form["url"], data=fields, files={"file": ("f", body)}, timeout=10)


@pytest.mark.parametrize("key", ["u/plain.jpg", "u/a b+c%20d.jpg", "u/फोटो.jpg"])
def test_a_posted_photo_reaches_the_portal(
    aws: EmbeddedAws, deployed: Deployment, door: portal_door.Door, key: str
) -> None:
    answer = send(form(aws, deployed, key))
    assert answer.status_code == 201, answer.text
    arrival = door.wait_for({key})[key]
    assert arrival["version_id"] == answer.headers["x-amz-version-id"]
    assert arrival["sha256"] == hashlib.sha256(b"photo").hexdigest()
    assert arrival["metadata"]["photo-id"] == "p-1"
    assert arrival["event_name"] == "ObjectCreated:Post"
    assert arrival["sequencer"]


def test_two_versions_of_a_key_are_two_arrivals_in_order_of_sequencer(
    aws: EmbeddedAws, deployed: Deployment, door: portal_door.Door
) -> None:
    versions = [
        send(form(aws, deployed, "u/twice.jpg"), body).headers["x-amz-version-id"]
        for body in (b"first", b"second")
    ]
    send(form(aws, deployed, "u/last.jpg"))
    door.wait_for({"u/twice.jpg", "u/last.jpg"})
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        told = [a for a in door.taken if a["key"] == "u/twice.jpg"]
        if len(told) == 2:
            break
        time.sleep(0.02)
    assert [a["version_id"] for a in sorted(told, key=lambda a: a["sequencer"])] == versions


@pytest.mark.parametrize(
    ("body", "changed", "status", "code"),
    [
        (b"x" * 1001, {}, 400, "EntityTooLarge"),
        (b"x", {}, 400, "EntityTooSmall"),
        (b"photo", {"Content_Type": "image/png"}, 403, "AccessDenied"),
        (b"photo", {"key": "u/other.jpg"}, 403, "AccessDenied"),
        (b"photo", {"x_amz_meta_photo_id": "p-2"}, 403, "AccessDenied"),
        (b"photo", {"x_amz_meta_extra": "1"}, 403, "AccessDenied"),
        (b"photo", {"x_amz_signature": "0" * 64}, 403, "SignatureDoesNotMatch"),
    ],
)
def test_s3_itself_refuses_what_the_form_does_not_allow(
    aws: EmbeddedAws,
    deployed: Deployment,
    body: bytes,
    changed: dict[str, str],
    status: int,
    code: str,
) -> None:
    answer = send(form(aws, deployed, "u/refused.jpg"), body, **changed)
    assert (answer.status_code, f"<Code>{code}</Code>" in answer.text) == (status, True)


def test_an_expired_form_is_refused(aws: EmbeddedAws, deployed: Deployment) -> None:
    answer = send(form(aws, deployed, "u/late.jpg", expires=-1))
    assert answer.status_code == 403
    assert "Policy expired" in answer.text


def test_the_signer_may_neither_read_nor_put_elsewhere(
    aws: EmbeddedAws, deployed: Deployment
) -> None:
    assert send(form(aws, deployed, "d/thumbnail.webp")).status_code == 403
    signer = aws.client("s3", deployed.signer)
    for call in (signer.get_object, signer.delete_object):
        with pytest.raises(ClientError, match="AccessDenied"):
            call(Bucket=deployed.bucket, Key="u/plain.jpg")


def test_the_portal_may_read_but_not_put(aws: EmbeddedAws, deployed: Deployment) -> None:
    assert send(form(aws, deployed, "u/read.jpg")).status_code == 201
    portal = aws.client("s3", deployed.portal)
    (version,) = portal.list_object_versions(Bucket=deployed.bucket, Prefix="u/read")["Versions"]
    pinned = {"Bucket": deployed.bucket, "Key": "u/read.jpg", "VersionId": version["VersionId"]}
    assert portal.get_object(**pinned)["Body"].read() == b"photo"
    assert portal.get_bucket_notification_configuration(Bucket=deployed.bucket)
    with pytest.raises(ClientError, match="AccessDenied"):
        portal.put_object(Bucket=deployed.bucket, Key="u/forged.jpg", Body=b"x")


def test_a_missing_object_is_404_for_the_portal_and_not_403(
    aws: EmbeddedAws, deployed: Deployment
) -> None:
    with pytest.raises(ClientError) as caught:
        aws.client("s3", deployed.portal).head_object(Bucket=deployed.bucket, Key="u/none.jpg")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def wait_for_empty_queue(aws: EmbeddedAws, deployed: Deployment, seconds: float = 60) -> None:
    """Wait until every event so far was delivered."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = aws.client("sqs").get_queue_attributes(
            QueueUrl=deployed.queue_url, AttributeNames=names
        )
        if not any(int(answer["Attributes"][name]) for name in names):
            return
        time.sleep(0.05)
    raise AssertionError("the queue did not run empty")


def test_a_portal_in_trouble_gets_the_callback_again(
    aws: EmbeddedAws, deployed: Deployment, door: portal_door.Door
) -> None:
    wait_for_empty_queue(aws, deployed)  # a straggler of another test would share the batch
    before = len(door.calls)
    door.statuses.extend([500, 503])
    assert send(form(aws, deployed, "u/again.jpg")).status_code == 201
    door.wait_for({"u/again.jpg"}, seconds=60)
    calls = door.calls[before:]
    assert [call.answered for call in calls] == [500, 503, 200]
    assert len({call.headers["webhook-id"] for call in calls}) == 1
    assert len({call.headers["webhook-signature"] for call in calls}) == 3


def test_ministack_ignores_checksums_in_forms_so_the_relay_computes_them(
    aws: EmbeddedAws, deployed: Deployment, door: portal_door.Door
) -> None:
    """If this fails ministack has learnt it, and the chain can be shown with S3's own digest."""
    declared = base64.b64encode(hashlib.sha256(b"photo").digest()).decode()
    fields = {
        "Content-Type": JPEG,
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": declared,
    }
    signed = aws.client("s3", deployed.signer).generate_presigned_post(
        deployed.bucket, "u/sum.jpg", fields, [{name: fields[name]} for name in fields]
    )
    assert send(signed).ok
    assert door.wait_for({"u/sum.jpg"})["u/sum.jpg"]["sha256_source"] == "relay"


def test_a_web_page_may_post_by_cors(aws: EmbeddedAws, deployed: Deployment) -> None:
    asked = urllib.request.Request(
        form(aws, deployed, "u/x.jpg")["url"],
        method="OPTIONS",
        headers={"Origin": "https://field.example", "Access-Control-Request-Method": "POST"},
    )
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            allowed = answer.headers["Access-Control-Allow-Methods"]
    except HTTPError as error:
        raise AssertionError(error.read()) from error
    assert "POST" in allowed


def test_deploying_again_keeps_the_bucket_and_changes_the_keys(
    aws: EmbeddedAws, deployed: Deployment, door: portal_door.Door
) -> None:
    with EmbeddedAws() as other:
        first = other.deploy(door.url, portal_door.SECRET, WISH)
        second = other.deploy(door.url, portal_door.SECRET, WISH)
        assert first.bucket == second.bucket
        assert first.signer != second.signer
        assert send(form(other, second, "u/second.jpg")).status_code == 201


def test_state_outlives_a_stop(tmp_path: Path, door: portal_door.Door) -> None:
    with EmbeddedAws(state=tmp_path) as first:
        deployed = first.deploy(door.url, portal_door.SECRET, WISH)
        assert send(form(first, deployed, "u/kept.jpg")).status_code == 201
        door.wait_for({"u/kept.jpg"})
    with EmbeddedAws(state=tmp_path, port=first.port) as second:
        deployed = second.deploy(door.url, portal_door.SECRET, WISH)
        portal = second.client("s3", deployed.portal)
        assert portal.get_object(Bucket=deployed.bucket, Key="u/kept.jpg")["Body"].read()
        assert send(form(second, deployed, "u/after.jpg")).status_code == 201
        door.wait_for({"u/after.jpg"})


def test_a_busy_port_is_said_clearly() -> None:
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", 0))
        owner.listen()
        port = owner.getsockname()[1]
        with pytest.raises(Unavailable, match=f"Port {port} .* is taken"):
            EmbeddedAws(port=port).start()


def test_stopping_ends_every_process_and_leaves_no_files(door: portal_door.Door) -> None:
    with EmbeddedAws() as running:
        deployed = running.deploy(door.url, portal_door.SECRET, WISH)
        send(form(running, deployed, "u/warm.jpg"))
        door.wait_for({"u/warm.jpg"})
        group, scratch = running.pid, running._scratch
        assert len(group_members(group)) > 1
    assert remain(group) == []
    assert scratch is not None
    assert not scratch.exists()


def test_it_dies_with_its_parent() -> None:
    script = (
        "import sys, time; from qcportal.demo.embedded_aws import EmbeddedAws\n"
        "aws = EmbeddedAws().start(); print(aws.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    with parent:
        assert parent.stdout is not None
        group = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert remain(group) == []


def remain(group: int, seconds: float = 10) -> list[int]:
    """Give who is left of a process group after a while; a killed process takes a moment."""
    deadline = time.monotonic() + seconds
    while group_members(group) and time.monotonic() < deadline:
        time.sleep(0.02)
    return group_members(group)


def group_members(group: int) -> list[int]:
    """Give the living processes of a process group, from /proc or else by asking the kernel."""
    if not Path("/proc/self/stat").exists():
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return []
        return [group]
    members = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, group_id = stat.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(group_id) == group and state != "Z":
            members.append(int(stat.parent.name))
    return members
