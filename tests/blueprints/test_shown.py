"""The small decisions of view data: which words, which address, which check first."""

from datetime import timedelta

import pytest

from qcportal.blueprints.shown import photos, verdicts
from qcportal.blueprints.shown.frame import Frame
from qcportal.blueprints.shown.photos import PhotoState, PhotoView
from qcportal.blueprints.shown.return_page import CheckView, Place, first_to_show, poll_seconds
from qcportal.blueprints.shown.returns_list import Filters


def _photo(state: PhotoState, **urls: str) -> PhotoView:
    return PhotoView("p", state, "Box", "", {int(k[1:]): v for k, v in urls.items()})  # type: ignore[misc]


def _check(number: int, outcome: str, *shown: PhotoView) -> CheckView:
    badge = verdicts.check_badge(outcome, required=True)
    return CheckView(number, "Box", "Box?", badge, photos=shown)


def test_the_smallest_address_that_is_wide_enough_is_taken() -> None:
    photo = _photo(PhotoState.HERE, w320="a", w1200="c")
    assert [photo.src(width) for width in (96, 320, 640, 4000)] == ["a", "a", "c", "c"]
    assert photo.srcset == "a 320w, c 1200w"


def test_the_original_stands_in_while_no_small_size_is_made() -> None:
    photo = PhotoView("p", PhotoState.HERE, "Box", "", {"original": "o"})
    assert (photo.src(96), photo.src(4000), photo.srcset, photo.shown) == ("o", "o", "", True)


@pytest.mark.parametrize("state", PhotoState)
def test_every_state_has_a_word_an_icon_and_says_if_there_is_a_picture(state: PhotoState) -> None:
    photo = _photo(state, w640="b")
    assert photo.words.text
    assert photo.words.icon
    assert photo.shown == (state in ("here", "here_failed", "unvouched", "conflict"))


def test_a_file_that_is_no_picture_is_here_but_not_shown() -> None:
    video = PhotoView("p", PhotoState.HERE, "Box", "", {"original": "o"}, shown_as="player")
    assert (video.here, video.shown, video.icon) == (True, False, "video")
    coming = PhotoView("p", PhotoState.ON_THE_WAY, "Box", "", shown_as="player")
    assert (coming.here, coming.shown, coming.icon) == (False, False, "cloud-upload")


def test_evidence_never_wears_the_colours_of_the_item() -> None:
    for state, badge in photos.WORDS.items():
        assert state == PhotoState.HERE_FAILED or badge.tone in ("", "wait", "late", "miss")
    for badge in (*verdicts.ITEM_BADGES.values(), *verdicts.CHECK_BADGES.values()):
        assert badge.tone in ("", "pass", "fail")


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ("here here", "All 2 photos here"),
        ("here", "Photo here"),
        ("here on_the_way", "1 photo on the way"),
        ("on_the_way on_the_way missing", "1 photo missing"),
        ("late on_the_way", "1 photo late"),
        ("here_failed conflict missing", "1 photo in two versions"),
        ("expected expected", "2 photos not taken yet"),
    ],
)
def test_the_worst_state_of_the_photos_is_named(states: str, said: str) -> None:
    badge = photos.summary(_photo(PhotoState(state), w640="b") for state in states.split())
    assert badge is not None
    assert badge.text == said


def test_a_return_without_photos_has_no_photo_badge() -> None:
    assert photos.summary([]) is None


def test_the_first_failed_check_opens_unless_another_is_asked_for() -> None:
    checks = (_check(1, "match"), _check(2, "mismatch"), _check(3, "mismatch"))
    opened = [first_to_show(checks, asked) for asked in (None, 3, 99)]
    assert [check.number for check in opened if check] == [2, 3, 2]
    assert first_to_show(checks[:1]) is checks[0]
    assert first_to_show(()) is None


def test_an_optional_mismatch_does_not_speak_of_failing() -> None:
    assert verdicts.check_badge("mismatch", required=True).tone == "fail"
    assert verdicts.check_badge("mismatch", required=False).tone == ""


def test_a_visible_photo_stands_for_its_check() -> None:
    waiting, here = _photo(PhotoState.LATE), _photo(PhotoState.HERE, w640="b")
    assert _check(1, "match", waiting, here).photo is here
    assert _check(1, "match", waiting).photo is waiting
    assert _check(1, "match").photo is None


def test_filters_become_the_shortest_query_and_take_changes() -> None:
    filters = Filters(tab="failed", q="7730", since="2026-11-01", city="pune")
    assert filters.args() == {"tab": "failed", "q": "7730", "from": "2026-11-01", "city": "pune"}
    assert filters.args(city="", q="", **{"from": ""}) == {"tab": "failed"}
    assert Filters().args(after="x") == {"after": "x"}


def test_looks_become_rarer_with_the_wait() -> None:
    waits = [timedelta(seconds=10), timedelta(minutes=5), timedelta(hours=3)]
    assert [poll_seconds(wait) for wait in waits] == [4, 10, 30]


def test_a_place_far_away_stays_on_the_sketch() -> None:
    assert Place(50).offset == 28
    assert Place(100).offset == 66
    assert Place(90_000).offset == 76
    assert "12 metres" in Place(12, 8).sentence


@pytest.mark.parametrize(("name", "letters"), [("Fern Home", "FH"), ("Asha", "A"), ("A B C", "AC")])
def test_initials_are_first_and_last(name: str, letters: str) -> None:
    assert Frame((), "", name, "").initials == letters
