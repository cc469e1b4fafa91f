"""The relay and pictures: told first, measured after, told again; it never costs the arrival."""

import hashlib
import io
import json
import sys
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from PIL import Image

import lambda_relay
from qcportal import imaging
from tests import portal_door
from tests.test_lambda_relay import BUCKET, door, put, queued, relay, s3, s3_shape

__all__ = ["door", "s3"]
PHOTO = "01a2063a-4157-78d2-a694-181699adb805"
KEY = f"u/2026/11/23/fern/773044182096/front-{PHOTO}.jpg"


@pytest.fixture(autouse=True)
def bundled_imaging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imaging", imaging)
    monkeypatch.delenv("PICTURES_QUEUE_URL", raising=False)


def picture(shade: int = 200) -> bytes:
    written = io.BytesIO()
    gradient = Image.linear_gradient("L").resize((800, 600))
    Image.merge("RGB", (gradient, gradient, Image.new("L", (800, 600), shade))).save(
        written, "JPEG"
    )
    return written.getvalue()


def put_picture(s3: Any, key: str = KEY, body: bytes | None = None) -> str:
    return put(s3, key, picture() if body is None else body, ContentType="image/jpeg")


def test_the_arrival_is_told_first_and_its_picture_after(s3: Any, door: portal_door.Door) -> None:
    version = put_picture(s3)
    assert relay(queued(s3_shape(KEY, version))) == []
    first, second = door.calls
    assert [arrival["image"] for arrival in first.arrivals] == [None]
    (told,) = second.arrivals
    assert {**told, "image": None} == first.arrivals[0]
    image = told["image"]
    assert (image["width"], image["height"], image["format"]) == (800, 600, "JPEG")
    assert {"dhash", "blur", "sharpest", "brightness", "dark", "bright"} <= image.keys()
    assert image["thumbnails"] == [96, 320, 640, 1200]
    listed = s3.list_objects_v2(Bucket=BUCKET, Prefix="d/")["Contents"]
    digest = hashlib.sha256(picture()).hexdigest()[:16]
    names = {f"d/{PHOTO}/{digest}-{size}.webp" for size in image["thumbnails"]}
    assert {each["Key"] for each in listed} == names
    assert first.headers["webhook-id"] != second.headers["webhook-id"]


def test_ten_pictures_are_two_calls(s3: Any, door: portal_door.Door) -> None:
    keys = [KEY.replace("front", f"slot-{number}") for number in range(10)]
    for key in keys:
        put_picture(s3, key)
    assert relay(queued(*map(s3_shape, keys))) == []
    assert [len(call.arrivals) for call in door.calls] == [10, 10]


def test_a_picture_that_the_portal_knows_is_not_measured_again(
    s3: Any, door: portal_door.Door
) -> None:
    put_picture(s3)
    door.unwanted_keys = {KEY}
    assert relay(queued(s3_shape(KEY))) == []
    assert len(door.calls) == 1


def test_an_arrival_that_was_not_taken_is_not_measured(s3: Any, door: portal_door.Door) -> None:
    put_picture(s3)
    door.statuses = [503]
    assert relay(queued(s3_shape(KEY))) == ["m0"]
    assert len(door.calls) == 1
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET, Prefix="d/")


@pytest.mark.parametrize(("tries", "again"), [(1, ["m0"]), (2, ["m0"]), (3, []), (11, [])])
def test_a_second_call_that_fails_is_tried_a_few_times_and_then_left_to_the_reconciler(
    s3: Any, door: portal_door.Door, tries: int, again: list[str]
) -> None:
    put_picture(s3)
    put(s3, "u/a.bin")
    door.pictures_refused = 1
    assert relay(queued(s3_shape(KEY), s3_shape("u/a.bin"), tries=tries)) == again
    assert {arrival["key"] for arrival in door.taken} == {KEY, "u/a.bin"}
    assert relay(queued(s3_shape(KEY), tries=2)) == []
    assert door.pictures[KEY]["width"] == 800


def test_a_thumbnail_that_is_not_stored_leaves_the_picture_untold(
    s3: Any, door: portal_door.Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_picture(s3)
    real = lambda_relay._aws("s3").put_object

    def refuse(**request: Any) -> Any:
        if request["Key"].endswith("-640.webp"):
            raise ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")
        return real(**request)

    monkeypatch.setattr(lambda_relay._aws("s3"), "put_object", refuse)
    assert relay(queued(s3_shape(KEY))) == ["m0"]
    assert door.pictures == {}
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "imaging", imaging)


def test_a_direct_invocation_is_not_repeated_for_a_picture(s3: Any, door: portal_door.Door) -> None:
    put_picture(s3)
    door.pictures_refused = 1
    assert relay(s3_shape(KEY)) == []
    assert [arrival["key"] for arrival in door.taken] == [KEY]


def test_a_picture_whose_key_names_no_photo_gets_no_thumbnails(
    s3: Any, door: portal_door.Door
) -> None:
    put(s3, "u/a.jpg", picture(), ContentType="image/jpeg", Metadata={"photo-id": "../../evil"})
    assert relay(queued(s3_shape("u/a.jpg"))) == []
    assert door.pictures["u/a.jpg"]["thumbnails"] == []
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET, Prefix="d/")


def test_what_is_no_picture_is_refused_and_still_arrives(s3: Any, door: portal_door.Door) -> None:
    put_picture(s3, "u/a.jpg", b"no picture")
    assert relay(queued(s3_shape("u/a.jpg"))) == []
    assert door.pictures == {"u/a.jpg": {"refused": "not_an_image"}}


def test_a_picture_too_large_to_decode_is_never_read(
    s3: Any, door: portal_door.Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lambda_relay, "IMAGE_LIMIT", 100)
    monkeypatch.setattr(lambda_relay, "_get", lambda arrival: 1 / 0)
    put_picture(s3)
    assert relay(queued(s3_shape(KEY))) == []
    assert door.pictures[KEY] == {"refused": "too_large"}


def test_a_failing_decoder_never_costs_the_arrival(
    s3: Any, door: portal_door.Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imaging, "analyse_limited", lambda data, **limits: 1 / 0)
    put_picture(s3)
    assert relay(queued(s3_shape(KEY), tries=3)) == []
    assert [arrival["image"] for arrival in door.taken] == [None]


def test_a_file_deleted_in_between_is_not_waited_for(
    s3: Any, door: portal_door.Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = put_picture(s3)
    real = lambda_relay._post

    def delete_after(*args: Any) -> Any:
        answer = real(*args)
        s3.delete_object(Bucket=BUCKET, Key=KEY, VersionId=version)
        return answer

    monkeypatch.setattr(lambda_relay, "_post", delete_after)
    assert relay(queued(s3_shape(KEY, version))) == []
    assert len(door.calls) == 1


def test_what_lambda_would_not_let_us_finish_comes_again(s3: Any, door: portal_door.Door) -> None:
    put_picture(s3)
    context = SimpleNamespace(aws_request_id="r", get_remaining_time_in_millis=lambda: 20_000)
    answer = lambda_relay.handler(queued(s3_shape(KEY)), context)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert [arrival["image"] for arrival in door.taken] == [None]


@pytest.fixture
def queue(s3: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A queue for pictures."""
    client = boto3.client("sqs")
    url = client.create_queue(QueueName="pictures")["QueueUrl"]
    monkeypatch.setenv("PICTURES_QUEUE_URL", url)
    return SimpleNamespace(client=client, url=url)


def waiting(queue: Any) -> list[str]:
    answer = queue.client.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10)
    return [message["Body"] for message in answer.get("Messages", [])]


def test_pictures_go_to_a_queue_of_their_own_where_there_is_one(
    s3: Any, door: portal_door.Door, queue: Any
) -> None:
    version = put_picture(s3)
    put(s3, "u/a.bin")
    assert relay(queued(s3_shape(KEY, version), s3_shape("u/a.bin"))) == []
    assert len(door.calls) == 1
    (body,) = waiting(queue)
    assert json.loads(body)["picture_of"] == door.taken[0]
    assert relay(queued(body)) == []
    assert door.pictures[KEY]["thumbnails"] == [96, 320, 640, 1200]


@pytest.mark.parametrize(("tries", "again"), [(1, ["m0"]), (3, [])])
def test_a_queue_that_takes_nothing_costs_the_arrival_nothing(
    s3: Any, door: portal_door.Door, queue: Any, tries: int, again: list[str]
) -> None:
    queue.client.delete_queue(QueueUrl=queue.url)
    put_picture(s3)
    assert relay(queued(s3_shape(KEY), tries=tries)) == again
    assert [arrival["key"] for arrival in door.taken] == [KEY]


def test_a_message_about_a_picture_that_names_none_is_a_dead_letter(
    s3: Any, door: portal_door.Door
) -> None:
    assert relay(queued({"picture_of": {"bucket": BUCKET}})) == ["m0"]
    assert relay(queued({"picture_of": "nonsense"})) == ["m0"]


def test_a_small_lambda_gives_decoding_less_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lambda_relay._memory(imaging) == imaging.MEMORY_BYTES
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024")
    assert lambda_relay._memory(imaging) == 768 * 1024 * 1024
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
    assert lambda_relay._memory(imaging) == 256 * 1024 * 1024
