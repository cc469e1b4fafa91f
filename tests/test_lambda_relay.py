"""The relay against moto's S3 and a door that verifies signatures; shapes, traps and promises."""

import base64
import hashlib
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

import lambda_relay
from tests import portal_door

BUCKET = "photos"
AWKWARD_KEYS = ["u/a b.jpg", "u/a+b.jpg", "u/50%25 off.jpg", "u/क्यूसी/फोटो.jpg", "u/a&b=c?.jpg"]
CACHES = (lambda_relay._aws, lambda_relay._portal, lambda_relay._secret, lambda_relay._imaging)


@pytest.fixture
def door() -> Iterator[portal_door.Door]:
    with portal_door.opened() as opened:
        yield opened
        lambda_relay._portal().close()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, door: portal_door.Door) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    monkeypatch.setenv("CALLBACK_URL", door.url)
    monkeypatch.setenv("CALLBACK_SECRET", portal_door.SECRET)
    for name in ("CALLBACK_SECRET_ARN", "QUEUE_URL", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for cached in CACHES:
        cached.cache_clear()
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-south-1"}
        )
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield client


def put(s3: Any, key: str, body: bytes = b"bytes", **more: Any) -> str:
    return str(s3.put_object(Bucket=BUCKET, Key=key, Body=body, **more)["VersionId"])


def s3_shape(key: str, version: str = "") -> dict[str, Any]:
    thing = {"key": quote_plus(key, safe="/"), "size": 5, "eTag": "e", "sequencer": "0A"}
    if version:
        thing["versionId"] = version
    record = {
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Post",
        "eventTime": "2026-01-01T00:00:00.000Z",
        "s3": {"bucket": {"name": BUCKET}, "object": thing},
    }
    return {"Records": [record]}


def eventbridge_shape(key: str, version: str = "") -> dict[str, Any]:
    thing = {"key": key, "size": 5, "etag": "e", "sequencer": "0A"}
    if version:
        thing["version-id"] = version
    return {
        "detail-type": "Object Created",
        "source": "aws.s3",
        "time": "2026-01-01T00:00:00Z",
        "detail": {"bucket": {"name": BUCKET}, "object": thing, "reason": "POST Object"},
    }


def sns_shape(document: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "Notification", "Message": json.dumps(document)}


def queued(*documents: Any, tries: int = 1) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m{index}",
                "receiptHandle": f"r{index}",
                "attributes": {"ApproximateReceiveCount": str(tries)},
                "body": document if isinstance(document, str) else json.dumps(document),
                "eventSource": "aws:sqs",
            }
            for index, document in enumerate(documents)
        ]
    }


def relay(event: dict[str, Any]) -> list[str]:
    answer = lambda_relay.handler(event, SimpleNamespace(aws_request_id="req-1"))
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


SHAPES = {
    "s3 in sqs": lambda key, version: queued(s3_shape(key, version)),
    "s3 in sns in sqs": lambda key, version: queued(sns_shape(s3_shape(key, version))),
    "eventbridge in sqs": lambda key, version: queued(eventbridge_shape(key, version)),
    "s3": s3_shape,
    "eventbridge": eventbridge_shape,
    "sns": lambda key, version: {
        "Records": [{"EventSource": "aws:sns", "Sns": sns_shape(s3_shape(key, version))}]
    },
}


@pytest.mark.parametrize("key", AWKWARD_KEYS)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_key_and_version_that_was_stored(
    s3: Any, door: portal_door.Door, shape: str, key: str
) -> None:
    version = put(s3, key)
    assert relay(SHAPES[shape](key, version)) == []
    (arrival,) = door.taken
    assert (arrival["key"], arrival["version_id"]) == (key, version)
    assert (arrival["event_name"], arrival["sequencer"]) == ("ObjectCreated:Post", "0A")


def test_an_arrival_says_what_the_object_is(s3: Any, door: portal_door.Door) -> None:
    name = "=?UTF-8?B?" + base64.b64encode("राजू".encode()).decode() + "?="
    version = put(s3, "u/a.bin", ContentType="video/mp4", Metadata={"photo-id": "p1", "note": name})
    put(s3, "u/a.bin", b"a later version")
    assert relay(queued(s3_shape("u/a.bin", version))) == []
    (arrival,) = door.taken
    assert arrival.pop("stored_at").endswith("+00:00")
    assert arrival == {
        "bucket": BUCKET,
        "key": "u/a.bin",
        "version_id": version,
        "sequencer": "0A",
        "event_name": "ObjectCreated:Post",
        "event_time": "2026-01-01T00:00:00.000Z",
        "size": 5,
        "etag": hashlib.md5(b"bytes").hexdigest(),
        "content_type": "video/mp4",
        "sha256": hashlib.sha256(b"bytes").hexdigest(),
        "sha256_source": "relay",
        "metadata": {"photo-id": "p1", "note": "राजू"},
        "image": None,
    }


@pytest.mark.parametrize("text", ["=?nonsense?B?AAAA?=", "=?utf-8?B?%%%?=", "=?utf-8?B?/w==?="])
def test_metadata_that_only_looks_encoded_stays_as_it_is(text: str) -> None:
    assert lambda_relay._decoded(text) in (text, "")


def test_the_sha256_that_s3_computed_is_used(s3: Any, door: portal_door.Door) -> None:
    version = put(s3, "u/a.bin", ChecksumAlgorithm="SHA256")
    relay(queued(s3_shape("u/a.bin", version)))
    assert door.taken[0]["sha256"] == hashlib.sha256(b"bytes").hexdigest()
    assert door.taken[0]["sha256_source"] == "s3"


@pytest.mark.parametrize(
    "head",
    [
        {"ChecksumSHA256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=-3"},
        {
            "ChecksumSHA256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "ChecksumType": "COMPOSITE",
        },
        {},
    ],
)
def test_a_checksum_of_parts_is_no_digest_of_the_object(head: dict[str, str]) -> None:
    assert lambda_relay._declared_sha256(head) == ""


def test_a_bucket_without_versions_gives_an_empty_version(s3: Any, door: portal_door.Door) -> None:
    put(s3, "u/a.bin")
    event = s3_shape("u/a.bin")
    del event["Records"][0]["s3"]["object"]["sequencer"]
    assert relay(queued(event)) == []
    assert (door.taken[0]["version_id"], door.taken[0]["sequencer"]) == ("", "")


@pytest.mark.parametrize("wrap", [lambda event: event, sns_shape])
def test_the_test_event_is_acknowledged_and_not_told(
    s3: Any, door: portal_door.Door, wrap: Any
) -> None:
    assert relay(queued(wrap({"Service": "Amazon S3", "Event": "s3:TestEvent"}))) == []
    assert door.calls == []


def test_removals_and_our_own_thumbnails_are_not_arrivals(s3: Any, door: portal_door.Door) -> None:
    removal = s3_shape("u/a.bin")
    removal["Records"][0]["eventName"] = "ObjectRemoved:Delete"
    put(s3, "d/p1/0-96.webp")
    assert relay(queued(removal, s3_shape("d/p1/0-96.webp"))) == []
    assert door.calls == []


def test_an_object_deleted_in_between_is_told_as_gone(s3: Any, door: portal_door.Door) -> None:
    version = put(s3, "u/a.bin")
    s3.delete_object(Bucket=BUCKET, Key="u/a.bin", VersionId=version)
    assert relay(queued(s3_shape("u/a.bin", version))) == []
    (arrival,) = door.taken
    assert arrival["gone"] is True
    assert (arrival["version_id"], arrival["sha256"]) == (version, None)


def test_a_forbidden_object_is_a_misconfiguration_and_comes_again(
    s3: Any, door: portal_door.Door
) -> None:
    with Stubber(lambda_relay._aws("s3")) as stub:
        stub.add_client_error("head_object", "403", http_status_code=403)
        assert relay(queued(s3_shape("u/a.bin", "v"))) == ["m0"]
    assert door.calls == []


@pytest.mark.parametrize("body", ["no json", "[]", "{}", '{"Records": [{"s3": {}}]}'])
def test_an_unreadable_message_fails_alone(s3: Any, door: portal_door.Door, body: str) -> None:
    put(s3, "u/a.bin")
    assert relay(queued(body, s3_shape("u/a.bin"))) == ["m0"]
    assert [arrival["key"] for arrival in door.taken] == ["u/a.bin"]


def test_a_message_with_several_records_fails_as_a_whole(s3: Any, door: portal_door.Door) -> None:
    put(s3, "u/a.bin")
    both = {"Records": [*s3_shape("u/a.bin")["Records"], *s3_shape("u/b.bin")["Records"]]}
    with Stubber(lambda_relay._aws("s3")) as stub:
        for _ in range(2):
            stub.add_client_error("head_object", "403", http_status_code=403)
        assert relay(queued(both)) == ["m0"]


def test_only_the_messages_of_a_failed_callback_come_again(s3: Any, door: portal_door.Door) -> None:
    keys = [f"u/{index:02}.bin" for index in range(12)]
    for key in keys:
        put(s3, key)
    door.refused_keys = {keys[11]}
    assert relay(queued(*map(s3_shape, keys))) == ["m10", "m11"]
    assert [len(call.arrivals) for call in door.calls] == [10, 2]


def test_an_arrival_that_the_portal_cannot_read_fails_alone(
    s3: Any, door: portal_door.Door
) -> None:
    keys = ["u/a.bin", "u/bad.bin", "u/c.bin"]
    for key in keys:
        put(s3, key)
    door.refused_keys, door.refused_with = {"u/bad.bin"}, 400
    assert relay(queued(*map(s3_shape, keys))) == ["m1"]
    assert [arrival["key"] for arrival in door.taken] == ["u/a.bin", "u/c.bin"]


@pytest.mark.parametrize("status", [301, 302, 307, 308, 401, 403, 404, 429, 500, 503])
def test_only_2xx_is_success_and_no_redirect_is_followed(
    s3: Any, door: portal_door.Door, status: int
) -> None:
    put(s3, "u/a.bin")
    door.statuses, door.headers = [status], {"Location": door.url}
    assert relay(queued(s3_shape("u/a.bin"))) == ["m0"]
    assert len(door.calls) == 1


def test_a_portal_that_is_away_fails_the_message(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    put(s3, "u/a.bin")
    monkeypatch.setenv("CALLBACK_URL", "http://127.0.0.1:1/")
    lambda_relay._portal.cache_clear()
    assert relay(queued(s3_shape("u/a.bin"))) == ["m0"]


def test_a_direct_invocation_that_fails_raises_so_that_lambda_retries(
    s3: Any, door: portal_door.Door
) -> None:
    put(s3, "u/a.bin")
    door.statuses = [500]
    with pytest.raises(lambda_relay.RelayFailed, match="portal 500"):
        relay(s3_shape("u/a.bin"))


def test_a_retry_has_the_same_id_and_a_fresh_signature(
    s3: Any, door: portal_door.Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = queued(s3_shape("u/a.bin", put(s3, "u/a.bin")))
    door.statuses = [500]
    started = lambda_relay.time.time()
    relay(event)
    monkeypatch.setattr(lambda_relay.time, "time", lambda: started + 60)
    assert relay(event) == []
    first, second = (call.headers for call in door.calls)
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-id"].startswith("s3_")
    assert first["webhook-timestamp"] != second["webhook-timestamp"]
    assert first["webhook-signature"] != second["webhook-signature"]


def test_the_id_depends_on_the_arrivals_and_not_on_their_order(
    s3: Any, door: portal_door.Door
) -> None:
    shapes = [s3_shape(key, put(s3, key)) for key in ("u/a.bin", "u/b.bin", "u/c.bin")]
    relay(queued(*shapes))
    relay(queued(*reversed(shapes)))
    relay(queued(*shapes[:2]))
    ids = [call.headers["webhook-id"] for call in door.calls]
    assert ids[0] == ids[1] != ids[2]


def test_a_connection_that_the_portal_closed_is_opened_again(
    s3: Any, door: portal_door.Door
) -> None:
    put(s3, "u/a.bin")
    assert relay(queued(s3_shape("u/a.bin"))) == []
    lambda_relay._portal().sock.shutdown(2)
    assert relay(queued(s3_shape("u/a.bin"))) == []
    assert len(door.calls) == 2


@pytest.mark.parametrize("listed", ["{new},whsec_b2xk", "{new} whsec_b2xk", "{new}"])
def test_the_first_of_several_secrets_signs(
    s3: Any, door: portal_door.Door, monkeypatch: pytest.MonkeyPatch, listed: str
) -> None:
    monkeypatch.setenv("CALLBACK_SECRET", listed.format(new=portal_door.SECRET))
    put(s3, "u/a.bin")
    assert relay(queued(s3_shape("u/a.bin"))) == []


@pytest.mark.parametrize("store", ["secretsmanager", "ssm"])
def test_the_secret_may_lie_in_a_store(
    s3: Any, door: portal_door.Door, monkeypatch: pytest.MonkeyPatch, store: str
) -> None:
    client = boto3.client(store)
    if store == "ssm":
        client.put_parameter(Name="/qc/relay", Value=portal_door.SECRET, Type="SecureString")
        arn = client.get_parameter(Name="/qc/relay")["Parameter"]["ARN"]
    else:
        arn = client.create_secret(Name="relay", SecretString=portal_door.SECRET)["ARN"]
    monkeypatch.delenv("CALLBACK_SECRET")
    monkeypatch.setenv("CALLBACK_SECRET_ARN", arn)
    put(s3, "u/a.bin")
    assert relay(queued(s3_shape("u/a.bin"))) == []


def test_an_inspection_is_handed_on_parsed(s3: Any, door: portal_door.Door) -> None:
    content = {"verdict": "fail", "note": "टूटा हुआ"}
    put_inspection(s3, json.dumps(content).encode())
    assert relay(queued(s3_shape("u/i.json"))) == []
    assert door.taken[0]["content"] == content


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff", b"NaN", b"1e999", b'"\\ud800"', b"[" * 60_000, b'"' + b"x" * 70_000 + b'"'],
)
def test_an_inspection_that_is_not_json_is_told_with_its_error(
    s3: Any, door: portal_door.Door, body: bytes
) -> None:
    put_inspection(s3, body)
    assert relay(queued(s3_shape("u/i.json"))) == []
    assert door.taken[0]["content_error"]
    assert "content" not in door.taken[0]
    assert door.taken[0]["sha256"] == hashlib.sha256(body).hexdigest()


def test_a_callback_stays_below_256_kib(s3: Any, door: portal_door.Door) -> None:
    keys = [f"u/{index}.json" for index in range(10)]
    for key in keys:
        put_inspection(s3, json.dumps("x" * 60_000).encode(), key)
    assert relay(queued(*map(s3_shape, keys))) == []
    assert {arrival["key"] for arrival in door.taken} == set(keys)
    assert max(len(call.body) for call in door.calls) < 256 * 1024


def put_inspection(s3: Any, body: bytes, key: str = "u/i.json") -> None:
    put(s3, key, body, ContentType="application/json", Metadata={"kind": "inspection"})


def test_failed_messages_come_back_sooner_than_the_queue_would_send_them(
    s3: Any, door: portal_door.Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(s3, "u/a.bin")
    door.statuses = [500]
    monkeypatch.setenv("QUEUE_URL", "https://sqs.ap-south-1.amazonaws.com/1/q")
    with Stubber(lambda_relay._aws("sqs")) as stub:
        stub.add_response(
            "change_message_visibility",
            {},
            {
                "QueueUrl": "https://sqs.ap-south-1.amazonaws.com/1/q",
                "ReceiptHandle": "r0",
                "VisibilityTimeout": 18,
            },
        )
        assert relay(queued(s3_shape("u/a.bin"), tries=3)) == ["m0"]
        stub.assert_no_pending_responses()


def test_the_log_is_one_json_line_without_secret_or_signature(
    s3: Any, door: portal_door.Door, capsys: pytest.CaptureFixture[str]
) -> None:
    put(s3, "u/a.bin")
    relay(queued(s3_shape("u/a.bin")))
    out = capsys.readouterr().out
    line = json.loads(out)
    assert out.count("\n") == 1
    assert (line["event"], line["objects"], line["failed"]) == ("relay_batch", 1, [])
    assert line["seen"] == {"portal 200": 1, "verified": 1}
    assert portal_door.SECRET.removeprefix("whsec_") not in out
    assert door.calls[0].headers["webhook-signature"].removeprefix("v1,") not in out
