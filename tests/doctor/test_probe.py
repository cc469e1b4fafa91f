"""The probe at an S3 that answers what the embedded one cannot: a server with scripted answers."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from qcportal.capture_kinds import SHIPPED
from qcportal.doctor import probe
from qcportal.doctor.findings import Finding, Verdict
from qcportal.storage import PhotoStore, StoreSettings

ERROR = "<Error><Code>{}</Code><Message>why</Message></Error>"


@dataclass
class Bucket:
    """What was posted, and the (status, body) answered to each post; `{key}` is filled in."""

    answers: list[tuple[int, str]] = field(default_factory=list)
    posts: list[dict[str, bytes]] = field(default_factory=list)
    url: str = ""

    def store(self, *, checksums: bool = True) -> PhotoStore:
        return PhotoStore(
            StoreSettings(
                bucket="proofs",
                region="ap-south-1",
                endpoint_url=self.url,
                addressing="path",
                signer_access_key="AKIASIGNER",
                signer_secret_key="a secret",
                reader_access_key="AKIAREADER",
                reader_secret_key="a secret",
                checksum_fields=checksums,
            )
        )

    def answer(self, headers: bytes, body: bytes) -> tuple[int, str]:
        message = BytesParser(policy=HTTP).parsebytes(headers + b"\r\n\r\n" + body)
        fields = {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
            for part in message.iter_parts()  # type: ignore[attr-defined]
        }
        self.posts.append(fields)
        status, text = self.answers.pop(0)
        return status, text.replace("{key}", fields["key"].decode())


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with serving(Bucket()) as served:
        yield served


@contextmanager
def serving(bucket: Bucket) -> Iterator[Bucket]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kind = b"Content-Type: " + self.headers["Content-Type"].encode()
            self.reply(*bucket.answer(kind, body))

        def do_HEAD(self) -> None:
            self.reply(403, "")

        def reply(self, status: int, text: str) -> None:
            self.send_response(status)
            if status == 307:
                self.send_header("Location", bucket.url)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    bucket.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(store: PhotoStore) -> tuple[Finding, probe.Sent]:
    sent = probe.Sent(probe.picture())
    (finding,) = probe.send(store, sent)
    return finding, sent


def test_the_picture_is_a_photo_of_an_allowed_size() -> None:
    picture, kind = probe.picture(), SHIPPED["photo"]
    assert kind.min_bytes <= len(picture) <= kind.max_bytes
    with Image.open(io.BytesIO(picture)) as opened:
        assert opened.format == "JPEG"


def test_a_stored_probe_notes_where_it_is_and_every_field_was_filled(bucket: Bucket) -> None:
    bucket.answers = [(201, "<Key>{key}</Key>")]
    finding, sent = send(bucket.store())
    assert finding.verdict is Verdict.OK
    assert sent.stored == [sent.key]
    assert sent.key.startswith("u/doctor/")
    (posted,) = bucket.posts
    assert posted["file"] == sent.body
    assert all(posted.values())
    assert list(posted)[-1] == "file"
    assert posted["x-amz-meta-sha256"].decode() == sent.sha256


@pytest.mark.parametrize(
    ("status", "text", "words"),
    [
        (200, "<html>Sign in to the hotel</html>", "QCPORTAL_REGION"),
        (201, "<html>Welcome</html>", "captive portal"),
        (403, ERROR.format("InvalidAccessKeyId"), "QCPORTAL_SIGNER_ACCESS_KEY_ID"),
        (403, ERROR.format("SignatureDoesNotMatch"), "QCPORTAL_SIGNER_SECRET_ACCESS_KEY"),
        (403, ERROR.format("AccessDenied"), "FormSigner"),
        (404, ERROR.format("NoSuchBucket"), "QCPORTAL_BUCKET"),
        (301, ERROR.format("PermanentRedirect"), "the bucket is elsewhere"),
        (307, ERROR.format("TemporaryRedirect"), "redirects"),
        (400, ERROR.format("SomethingNew"), "QCPORTAL_S3_ENDPOINT"),
    ],
)
def test_a_refused_form_points_to_its_mend(
    bucket: Bucket, status: int, text: str, words: str
) -> None:
    bucket.answers = [(status, text)]
    finding, sent = send(bucket.store(checksums=False))
    assert (finding.verdict, words in finding.mend) == (Verdict.FAILED, True), finding
    assert sent.stored == []


def test_checksum_fields_that_s3_does_not_take_are_found_out(bucket: Bucket) -> None:
    bucket.answers = [(400, ERROR.format("InvalidArgument")), (201, "<Key>{key}</Key>")]
    finding, _ = send(bucket.store())
    assert "QCPORTAL_FORM_CHECKSUMS=false" in finding.mend
    assert "x-amz-checksum-sha256" in bucket.posts[0]
    assert "x-amz-checksum-sha256" not in bucket.posts[1]


def test_an_s3_that_checks_checksums_and_open_fields_is_reported(bucket: Bucket) -> None:
    bucket.answers = [
        (400, ERROR.format("BadDigest")),
        (403, ERROR.format("AccessDenied")),
        (403, ERROR.format("AccessDenied")),
    ]
    sent = probe.Sent(probe.picture(), key="u/doctor/x.jpg", stored=["u/doctor/x.jpg"])
    store = bucket.store()
    store.head = lambda *_: None  # type: ignore[method-assign, assignment]
    findings = list(probe.send_wrong_forms(store, sent))
    assert [finding.verdict for finding in findings] == [Verdict.OK] * 4
    assert "400 BadDigest why" in findings[1].said
    assert "apps must send every field" in findings[2].said
    assert sent.stored == ["u/doctor/x.jpg"]
    wrong, left_out, elsewhere = bucket.posts
    assert wrong["x-amz-checksum-sha256"] != elsewhere["x-amz-checksum-sha256"]
    assert "x-amz-meta-note" not in left_out
    assert elsewhere["key"].startswith(b"d/doctor/")


def test_an_s3_that_takes_everything_is_reported(bucket: Bucket) -> None:
    bucket.answers = [(201, "<Key>{key}</Key>")] * 3
    sent = probe.Sent(probe.picture(), key="u/doctor/x.jpg", stored=["u/doctor/x.jpg"])
    store = bucket.store()
    store.head = lambda *_: None  # type: ignore[method-assign, assignment]
    findings = list(probe.send_wrong_forms(store, sent))
    ok, warning, failed = Verdict.OK, Verdict.WARNING, Verdict.FAILED
    assert [finding.verdict for finding in findings] == [ok, warning, ok, failed]
    assert len(sent.stored) == 3
    assert all(key.startswith("u/doctor/") for key in sent.stored)


def test_nobody_there_is_named() -> None:
    with serving(Bucket()) as gone:
        store = gone.store()
    finding, _ = send(store)
    assert finding.said.startswith("nobody takes it")


def test_a_form_that_cannot_be_signed_is_named() -> None:
    store = PhotoStore(StoreSettings("proofs", "ap-south-1", minimum_form_lifetime=10**9))
    finding, _ = send(store)
    assert finding.verdict is Verdict.FAILED
