"""PhotoStore over moto, its forms through the strict front."""

import base64
import hashlib
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from qcportal.errors import Invalid, NotFound, PortalError, TooLarge, Unavailable
from qcportal.storage import SETTINGS as SETTING_NAMES
from qcportal.storage import FormWanted, PhotoStore, StoreSettings
from tests.policy_front import PolicyFront, Refused, Upload

AT = datetime(2026, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)
SETTINGS = StoreSettings(
    bucket="proofs",
    region="ap-south-1",
    signer_access_key="AKIDEXAMPLE",
    signer_secret_key="a secret",
    reader_access_key="AKIDEXAMPLE",
    reader_secret_key="a secret",
    checksum_fields=True,
)
WANTED = [
    FormWanted(
        key=f"u/2026/05/06/merchant/AWB1/front-{number}.jpg",
        content_type="image/jpeg",
        min_bytes=4,
        max_bytes=40,
        metadata={"photo-id": f"photo-{number}", "executive-id": "rider-1"},
        open_metadata=("sha256", "captured-at", "note"),
    )
    for number in (1, 2)
]
BODY = b"\xff\xd8 some photo"
DIGEST = base64.b64encode(hashlib.sha256(BODY).digest()).decode()


@pytest.fixture
def bucket() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", "ap-south-1", aws_access_key_id="x", aws_secret_access_key="x")
        client.create_bucket(
            Bucket="proofs", CreateBucketConfiguration={"LocationConstraint": "ap-south-1"}
        )
        client.put_bucket_versioning(Bucket="proofs", VersioningConfiguration={"Status": "Enabled"})
        yield client


@pytest.fixture(scope="module")
def store() -> PhotoStore:
    return PhotoStore(SETTINGS)


def front(**changes: Any) -> PolicyFront:
    return PolicyFront("proofs", "ap-south-1", {"AKIDEXAMPLE": "a secret"}, **changes)


def filled(store: PhotoStore, number: int = 0) -> dict[str, str]:
    fields = dict(store.issue_forms(WANTED, AT).forms[number].fields)
    return fields | {"x-amz-checksum-sha256": DIGEST, "x-amz-meta-note": "door closed"}


def check(fields: dict[str, str], *, body: bytes = BODY, at: datetime = AT) -> Upload:
    if body != BODY and "x-amz-checksum-sha256" in fields:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        fields = fields | {"x-amz-checksum-sha256": digest}
    return front().check([*fields.items(), ("file", body)], at=at)


def test_s3_takes_every_form_as_issued(store: PhotoStore) -> None:
    for number, wanted in enumerate(WANTED):
        upload = check(filled(store, number))
        assert upload.key == wanted.key
        assert upload.content_type == "image/jpeg"
        assert upload.metadata["photo-id"] == f"photo-{number + 1}"
        assert upload.metadata["note"] == "door closed"


def test_an_accepted_form_ends_in_the_bucket_with_its_metadata(
    store: PhotoStore, bucket: Any
) -> None:
    def keep(upload: Upload) -> None:
        bucket.put_object(
            Bucket="proofs",
            Key=upload.key,
            Body=upload.body,
            ContentType=upload.content_type,
            Metadata=upload.metadata,
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=upload.fields["x-amz-checksum-sha256"],
        )

    answer = front(store=keep).post([*filled(store).items(), ("file", BODY)], at=AT)
    assert (answer.status, WANTED[0].key in answer.body) == (201, True)
    stored = store.head(WANTED[0].key)
    assert stored is not None
    assert (stored.size, stored.content_type) == (len(BODY), "image/jpeg")
    assert stored.metadata["executive-id"] == "rider-1"
    assert stored.sha256 == hashlib.sha256(BODY).hexdigest()
    assert store.get(stored.key, stored.version_id, limit=100) == BODY


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": "u/2026/05/06/other/AWB1/front-1.jpg"}, "AccessDenied"),
        ({"Content-Type": "text/html"}, "AccessDenied"),
        ({"x-amz-meta-photo-id": "photo-2"}, "AccessDenied"),
        ({"x-amz-meta-executive-id": "rider-2"}, "AccessDenied"),
        ({"success_action_status": "200"}, "AccessDenied"),
        ({"x-amz-checksum-algorithm": "CRC32"}, "AccessDenied"),
        ({"x-amz-checksum-sha256": "short"}, "InvalidRequest"),
        ({"x-amz-checksum-sha256": "A" * 43 + "="}, "BadDigest"),
        ({"acl": "public-read"}, "AccessDenied"),
        ({"x-amz-meta-extra": "1"}, "AccessDenied"),
        ({"x-amz-signature": "0" * 64}, "SignatureDoesNotMatch"),
        ({"x-amz-date": "20260507T000000Z"}, "AuthorizationQueryParametersError"),
        ({"x-amz-date": "20260506T000000Z"}, "AccessDenied"),
        (
            {"x-amz-credential": "AKIDOTHER/20260506/ap-south-1/s3/aws4_request"},
            "InvalidAccessKeyId",
        ),
        ({"x-amz-security-token": "stolen"}, "InvalidToken"),
        ({"policy": "e30="}, "SignatureDoesNotMatch"),
    ],
)
def test_a_changed_field_is_refused(store: PhotoStore, change: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        check(filled(store) | change)
    assert refusal.value.code == code


def test_every_field_of_a_form_is_needed(store: PhotoStore) -> None:
    fields = filled(store)
    for name in fields:
        with pytest.raises(Refused):
            check({kept: value for kept, value in fields.items() if kept != name})


def test_a_widened_policy_no_longer_fits_its_signature(store: PhotoStore) -> None:
    fields = filled(store)
    policy = json.loads(base64.b64decode(fields["policy"]))
    policy["expiration"] = "2036-01-01T00:00:00Z"
    fields["policy"] = base64.b64encode(json.dumps(policy).encode()).decode()
    with pytest.raises(Refused, match="SignatureDoesNotMatch"):
        check(fields)


@pytest.mark.parametrize(
    ("size", "code"),
    [(3, "EntityTooSmall"), (4, None), (40, None), (41, "EntityTooLarge")],
)
def test_the_size_is_bound_on_both_sides(store: PhotoStore, size: int, code: str | None) -> None:
    if code is None:
        assert check(filled(store), body=b"x" * size).body == b"x" * size
        return
    with pytest.raises(Refused, match=code):
        check(filled(store), body=b"x" * size)


def test_a_form_ends_exactly_when_it_says(store: PhotoStore) -> None:
    ends = store.issue_forms(WANTED, AT).effective_expires_at
    assert ends == AT.replace(microsecond=0) + timedelta(hours=12)
    assert check(filled(store), at=ends - timedelta(seconds=1))
    with pytest.raises(Refused, match="Policy expired"):
        check(filled(store), at=ends)


def test_what_forms_share_is_sent_once(store: PhotoStore) -> None:
    batch = store.issue_forms(WANTED, AT)
    assert batch.url == "https://proofs.s3.ap-south-1.amazonaws.com/"
    assert batch.shared_fields["x-amz-meta-executive-id"] == "rider-1"
    assert batch.shared_fields["Content-Type"] == "image/jpeg"
    assert [set(each.fields) for each in batch.policies] == [{"x-amz-meta-photo-id"}] * 2
    assert [each.place for each in batch.signed] == [0, 1]


def test_a_policy_is_its_text_around_the_key(store: PhotoStore) -> None:
    alike = [each._replace(metadata={"executive-id": "rider-1"}) for each in WANTED]
    batch = store.issue_forms([*alike, WANTED[0]], AT)
    assert [each.place for each in batch.signed] == [0, 0, 1]
    for key, place, policy, _ in batch.signed:
        around = batch.policies[place]
        text = around.before_key + key + around.after_key
        assert base64.b64encode(text.encode()).decode() == policy
        assert {"key": key} in json.loads(text)["conditions"]


def test_no_forms_wanted_is_no_form(store: PhotoStore) -> None:
    assert store.issue_forms([], AT).forms == []


@pytest.mark.parametrize("key", ["d/x.jpg", "x.jpg", "u/a b", "u/${filename}", "u/फ.jpg", "u/a\n"])
def test_a_key_that_s3_would_bend_is_invalid(store: PhotoStore, key: str) -> None:
    with pytest.raises(Invalid):
        store.issue_forms([FormWanted(key, "image/jpeg", 1, 2)], AT)


def test_forms_and_urls_point_to_the_public_endpoint_without_a_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = StoreSettings(
        "proofs",
        "ap-south-1",
        endpoint_url="http://10.0.0.1:9000",
        public_endpoint_url="https://photos.example.org",
        addressing="path",
        signer_access_key="AKIDEXAMPLE",
        signer_secret_key="a secret",
        reader_access_key="AKIDEXAMPLE",
        reader_secret_key="a secret",
    )
    store = PhotoStore(settings)

    def refuse(*_: object) -> None:
        raise AssertionError("signing must not open a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert store.public_origin == "https://photos.example.org"
    assert store.issue_forms(WANTED, AT).url == "https://photos.example.org/proofs"
    assert "x-amz-checksum-sha256" not in store.issue_forms(WANTED, AT).shared_fields
    url = store.reading_url("u/x.jpg", "", content_type="image/jpeg", at=AT)
    assert url.startswith("https://photos.example.org/proofs/u/x.jpg?response-content-type=")


def test_a_reading_url_stays_the_same_within_its_window(store: PhotoStore) -> None:
    start = datetime.fromtimestamp(AT.timestamp() // 120 * 120, UTC)

    def url(seconds: float, name: str | None = None) -> str:
        moment = start + timedelta(seconds=seconds)
        return store.reading_url(
            "u/x.jpg", "v1", content_type="image/jpeg", at=moment, download_name=name
        )

    assert url(0) == url(119.9)
    assert url(0) != url(120)
    assert "versionId=v1&" in url(0)
    assert "X-Amz-Expires=300" in url(0)
    assert "response-content-disposition=inline" in url(0)
    name = url(0, 'a"b\r\n.jpg')
    assert "attachment%3B%20filename%2A%3DUTF-8%27%27a%2522b%250D%250A.jpg" in name


def test_a_missing_object_is_none_or_not_found(store: PhotoStore, bucket: Any) -> None:
    assert store.head("u/missing") is None
    with pytest.raises(NotFound):
        store.get("u/missing", "", limit=1)


def test_get_reads_the_version_that_was_named_and_not_more_than_the_limit(
    store: PhotoStore, bucket: Any
) -> None:
    first = bucket.put_object(Bucket="proofs", Key="u/x", Body=b"first")["VersionId"]
    bucket.put_object(Bucket="proofs", Key="u/x", Body=b"second")
    assert store.get("u/x", first, limit=5) == b"first"
    found = store.head("u/x", first)
    assert found is not None
    assert (found.version_id, found.size, found.sha256) == (first, 5, None)
    with pytest.raises(TooLarge):
        store.get("u/x", first, limit=4)


def test_versions_are_listed_over_all_pages(store: PhotoStore, bucket: Any) -> None:
    for number in range(5):
        bucket.put_object(Bucket="proofs", Key=f"u/{number % 3}", Body=b"x" * (number + 1))
    bucket.put_object(Bucket="proofs", Key="v/other", Body=b"")
    listed = list(store.list_versions("u/", page_size=2))
    assert sorted((row.key, row.size) for row in listed) == [
        ("u/0", 1), ("u/0", 4), ("u/1", 2), ("u/1", 5), ("u/2", 3)
    ]  # fmt: skip
    assert sum(row.is_latest for row in listed) == 3
    assert all(row.version_id and row.stored_at.tzinfo is UTC for row in listed)


def test_a_bucket_without_versions_has_empty_version_ids(store: PhotoStore) -> None:
    with mock_aws():
        client = boto3.client("s3", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        client.create_bucket(Bucket="proofs")
        client.put_object(Bucket="proofs", Key="u/x", Body=b"x")
        assert [row.version_id for row in store.list_versions("u/")] == [""]
        found = store.head("u/x", "")
        assert found is not None
        assert found.version_id == ""


def test_derived_files_never_land_among_the_evidence(store: PhotoStore, bucket: Any) -> None:
    store.put_derived("d/thumb.webp", b"webp", "image/webp")
    assert store.get("d/thumb.webp", "", limit=10) == b"webp"
    for key in ("u/x.jpg", "x", "d/ü"):
        with pytest.raises(Invalid):
            store.put_derived(key, b"", "image/webp")


class Drops:
    """A file of many bytes that can only be read forwards, as one that is being made."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1) -> bytes:
        taken = min(size, self.left) if size >= 0 else self.left
        self.left -= taken
        return b"7" * taken


def test_a_file_of_many_parts_is_stored_as_it_is_made(store: PhotoStore, bucket: Any) -> None:
    size = 17 * 1024 * 1024 + 5
    store.put_derived_file("x/pack.zip", Drops(size), "application/zip")
    found = store.head("x/pack.zip")
    assert (found.size, found.content_type) == (size, "application/zip")
    last = b"".join(store.read_in_parts("x/pack.zip", found.version_id, start=size - 3))
    assert last == b"777"
    with pytest.raises(Invalid):
        store.put_derived_file("u/pack.zip", Drops(1), "application/zip")


def test_the_configuration_is_read_set_or_not(store: PhotoStore, bucket: Any) -> None:
    bare = store.configuration()
    assert (bare["versioning"], bare["cors"], bare["lifecycle"]) == ("Enabled", [], [])
    rule = {"AllowedMethods": ["POST"], "AllowedOrigins": ["https://app.example.org"]}
    bucket.put_bucket_cors(Bucket="proofs", CORSConfiguration={"CORSRules": [rule]})
    assert store.configuration()["cors"][0]["AllowedMethods"] == ["POST"]


@pytest.mark.parametrize("name", sorted(SETTING_NAMES))
def test_every_setting_can_be_read_whether_it_was_ever_made_or_not(
    store: PhotoStore, bucket: Any, name: str
) -> None:
    bare = store.setting(name)
    assert "ResponseMetadata" not in bare
    if name in {"cors", "lifecycle", "public_access"}:
        assert bare == {}


def test_the_queue_behind_the_bucket_is_read_by_its_arn(store: PhotoStore, bucket: Any) -> None:
    queues = boto3.client("sqs", "ap-south-1", aws_access_key_id="x", aws_secret_access_key="x")
    url = queues.create_queue(QueueName="arrivals")["QueueUrl"]
    queues.send_message(QueueUrl=url, MessageBody="{}")
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    state = store.queue_state(arn["QueueArn"])
    assert state["ApproximateNumberOfMessages"] == "1"
    with pytest.raises(PortalError):
        store.queue_state("arn:aws:sqs:ap-south-1:123456789012:nobody")


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (403, "403", Unavailable),
        (403, "AccessDenied", Unavailable),
        (400, "400", Invalid),
        (500, "InternalError", Unavailable),
        (503, "SlowDown", Unavailable),
    ],
)
def test_an_error_of_s3_is_never_taken_for_a_missing_photo(
    store: PhotoStore,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: str,
    error: type[Exception],
) -> None:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}

    def fail(**_: object) -> None:
        raise ClientError(answer, "HeadObject")

    monkeypatch.setattr(store._client, "head_object", fail)
    with pytest.raises(error, match="misconfigured" if status == 403 else code):
        store.head("u/x")


def test_an_s3_that_is_away_is_unavailable() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        settings = StoreSettings("proofs", "ap-south-1", address, addressing="path",
                                 reader_access_key="x", reader_secret_key="x")  # fmt: skip
        with pytest.raises(Unavailable) as raised:
            PhotoStore(settings).head("u/x")
    assert raised.value.retry_after > 0
    assert isinstance(raised.value.__cause__, EndpointConnectionError)


def test_temporary_keys_sign_forms_that_s3_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAENV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "env secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "env token")
    form = PhotoStore(StoreSettings("proofs", "ap-south-1")).issue_forms(WANTED, AT).forms[1]
    strict = PolicyFront(
        "proofs", "ap-south-1", {"ASIAENV": "env secret"}, {"ASIAENV": "env token"}
    )
    assert strict.check([*form.fields.items(), ("file", BODY)], at=AT).key == WANTED[1].key


def test_the_end_of_botos_temporary_keys_bounds_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    store = PhotoStore(StoreSettings("proofs", "ap-south-1"))
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    told = {
        "access_key": "ASIA",
        "secret_key": "s",
        "token": "t",
        "expiry_time": ends.isoformat(),
    }
    source = RefreshableCredentials.create_from_metadata(told, lambda: told, "test")
    monkeypatch.setattr(boto3.session.Session, "get_credentials", lambda _: source)
    batch = store.issue_forms(WANTED, datetime.now(UTC))
    assert batch.shared_fields["x-amz-security-token"] == "t"
    assert batch.effective_expires_at == ends - timedelta(minutes=5)


def test_without_any_keys_nothing_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    store = PhotoStore(StoreSettings("proofs", "ap-south-1"))
    monkeypatch.setattr(boto3.session.Session, "get_credentials", lambda _: None)
    with pytest.raises(Unavailable, match="no AWS credentials"):
        store.issue_forms(WANTED, AT)


def test_settings_do_not_show_their_secret() -> None:
    assert "a secret" not in repr(SETTINGS)
