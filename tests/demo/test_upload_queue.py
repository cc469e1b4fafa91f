"""A phone's store of photos: nothing leaves it before it is verified."""

from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from qcportal.demo.upload_queue import LONGEST_WAIT, Parcel, UploadQueue


class Hands:
    """A clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def parcel(name: str = "p-1") -> Parcel:
    return Parcel(name, f"{name:0>64}", b"photo", "http://s3/", {"key": name}, "now")


def make() -> tuple[UploadQueue, Hands]:
    hands = Hands()
    return UploadQueue(hands, Random(1)), hands


def test_a_photo_that_was_sent_stays_until_it_is_verified() -> None:
    queue, _ = make()
    queue.put(parcel())
    taken = queue.take()
    assert taken is not None
    queue.keep_as_sent(taken)
    assert (len(queue), queue.take()) == (1, None)
    assert queue.unverified() == [taken.sha256]
    assert queue.discard(taken.sha256) == 1
    assert len(queue) == 0


def test_a_failed_photo_comes_back_after_a_growing_wait() -> None:
    queue, hands = make()
    queue.put(parcel())
    waits = []
    for _ in range(12):
        while (taken := queue.take()) is None:
            hands.now += 0.05
        queue.postpone(taken)
        waits.append(taken.due - hands.now)
    assert waits[0] <= 0.3
    assert all(wait <= LONGEST_WAIT for wait in waits)
    assert min(waits[-3:]) >= LONGEST_WAIT / 2


def test_a_waiting_failure_does_not_hold_up_the_next_photo() -> None:
    queue, _ = make()
    queue.put(parcel("a"))
    queue.put(parcel("b"))
    first = queue.take()
    assert first is not None
    queue.postpone(first)
    second = queue.take()
    assert second is not None
    assert second.photo_id == "b"


def test_the_same_photo_twice_is_held_once() -> None:
    queue, _ = make()
    queue.put(parcel())
    taken = queue.take()
    queue.put(parcel())
    assert taken is not None
    assert (len(queue), queue.take()) == (1, None)


def test_a_digest_that_was_not_sent_is_not_deleted() -> None:
    queue, _ = make()
    queue.put(parcel())
    assert queue.discard(parcel().sha256) == 0
    assert len(queue) == 1


class AnyOrder(RuleBasedStateMachine):
    """Whatever happens in whatever order: held = put - verified."""

    moving = Bundle("moving")

    def __init__(self) -> None:
        super().__init__()
        self.queue, self.hands = make()
        self.wanted: set[str] = set()

    @rule(name=st.sampled_from("abcdef"))
    def put(self, name: str) -> None:
        self.queue.put(parcel(name))
        self.wanted.add(name)

    @rule(fails=st.booleans())
    def send(self, fails: bool) -> None:
        taken = self.queue.take()
        if taken is None:
            self.hands.now += 5.0
        elif fails:
            self.queue.postpone(taken)
        else:
            self.queue.keep_as_sent(taken)

    @rule(name=st.sampled_from("abcdef"))
    def verify(self, name: str) -> None:
        if self.queue.discard(parcel(name).sha256):
            self.wanted.remove(name)

    @invariant()
    def nothing_is_lost(self) -> None:
        assert len(self.queue) == len(self.wanted)


TestAnyOrder = AnyOrder.TestCase
