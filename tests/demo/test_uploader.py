"""The uploader against a flaky S3: whatever happens, every photo arrives, and only once."""

import hashlib
from collections.abc import Iterator

import pytest

from qcportal.demo.upload_queue import Parcel, UploadQueue
from qcportal.demo.uploader import Uploader, multipart
from qcportal.demo.wire import NoAnswer
from tests.demo import flaky_s3
from tests.demo.flaky_s3 import FlakyS3


@pytest.fixture
def s3() -> Iterator[FlakyS3]:
    with flaky_s3.opened() as place:
        yield place


class Quick:
    """A clock on which every wait is over at once."""

    now = 0.0

    def __call__(self) -> float:
        self.now += 100.0
        return self.now


class Phone:
    """One queue with its uploader, worked by hand, and what it was told."""

    def __init__(self, s3: FlakyS3) -> None:
        self.s3, self.queue = s3, UploadQueue(Quick())
        self.uploaded: list[str] = []
        self.deleted = 0
        self.uploader = Uploader(
            self.queue, s3, uploaded=lambda name, _: self.uploaded.append(name), deleted=self._count
        )

    def _count(self, count: int) -> None:
        self.deleted += count

    def takes(self, name: str) -> str:
        data = f"the bytes of {name}".encode() * 400
        digest = hashlib.sha256(data).hexdigest()
        fields = {"key": name, "x-amz-meta-sha256": "", "x-amz-meta-note": ""}
        self.queue.put(Parcel(name, digest, data, self.s3.url, fields, "2026-11-23T08:00:00Z"))
        return digest

    def works(self, rounds: int = 30) -> None:
        for _ in range(rounds):
            if (parcel := self.queue.take()) is not None:
                self.uploader.send(parcel)
        self.uploader.ask()


@pytest.fixture
def phone(s3: FlakyS3) -> Iterator[Phone]:
    held = Phone(s3)
    yield held
    held.uploader.close()


@pytest.mark.parametrize("trouble", ["cut", "500", "503", "portal", "403", "404"])
def test_a_photo_that_was_not_stored_is_sent_again(s3: FlakyS3, phone: Phone, trouble: str) -> None:
    s3.troubles += [trouble, trouble]
    digest = phone.takes("p-1")
    phone.works()
    assert s3.stored == [digest]
    assert (phone.uploaded, phone.deleted, len(phone.queue)) == (["p-1"], 1, 0)


def test_a_photo_whose_answer_was_lost_is_asked_for_and_not_sent_twice(
    s3: FlakyS3, phone: Phone
) -> None:
    s3.troubles.append("lost_answer")
    digest = phone.takes("p-1")
    phone.works()
    assert s3.stored == [digest]
    assert len(phone.queue) == 0


def test_an_ended_form_is_renewed_for_the_same_photo(s3: FlakyS3, phone: Phone) -> None:
    s3.troubles.append("403")
    phone.takes("p-1")
    phone.works()
    assert s3.renewed == ["p-1"]
    assert len(phone.queue) == 0


def test_a_201_for_another_key_does_not_count(s3: FlakyS3, phone: Phone) -> None:
    s3.troubles.append("other_key")
    digest = phone.takes("p-1")
    phone.works()
    assert s3.stored == [digest, digest]
    assert phone.uploaded == ["p-1"]


def test_nothing_is_deleted_before_the_portal_has_verified_it(s3: FlakyS3, phone: Phone) -> None:
    s3.verified = False
    phone.takes("p-1")
    phone.works()
    assert (phone.uploaded, phone.deleted, len(phone.queue)) == (["p-1"], 0, 1)
    s3.verified = True
    phone.uploader.ask()
    assert (phone.deleted, len(phone.queue)) == (1, 0)


def test_many_photos_through_much_trouble_all_arrive_once(s3: FlakyS3, phone: Phone) -> None:
    s3.troubles += ["cut", "500", "", "lost_answer", "portal", "", "403", "cut", "lost_answer"] * 3
    digests = [phone.takes(f"p-{number}") for number in range(12)]
    phone.works(rounds=120)
    assert sorted(s3.stored) == sorted(digests)
    assert (phone.deleted, len(phone.queue)) == (12, 0)


def test_the_thread_ends_when_its_queue_is_empty(s3: FlakyS3, phone: Phone) -> None:
    phone.takes("p-1")
    phone.uploader.start()
    assert phone.uploader.finish(20)
    assert not phone.uploader.is_alive()
    assert phone.deleted == 1


def test_the_file_is_the_last_part_and_open_fields_are_filled(s3: FlakyS3, phone: Phone) -> None:
    digest = phone.takes("p-1")
    parcel = phone.queue.take()
    assert parcel is not None
    body = multipart(parcel, "line")
    assert body.count(b"--line\r\n") == 4
    assert f'name="x-amz-meta-sha256"\r\n\r\n{digest}\r\n'.encode() in body
    assert b'name="x-amz-meta-note"\r\n\r\n\r\n' in body
    assert body.rindex(b'name="file"') > body.rindex(b'name="x-amz')
    assert body.endswith(parcel.data + b"\r\n--line--\r\n")


def test_a_connection_opened_before_there_is_a_photo_is_the_one_used(
    s3: FlakyS3, phone: Phone
) -> None:
    phone.uploader.warm(s3.url)
    phone.uploader.warm(s3.url)
    phone.takes("p-1")
    phone.works()
    assert (phone.uploaded, s3.connections) == (["p-1"], 1)


def test_opening_a_connection_to_nobody_is_no_answer(phone: Phone) -> None:
    with pytest.raises(NoAnswer):
        phone.uploader.warm("http://127.0.0.1:1/photos")
