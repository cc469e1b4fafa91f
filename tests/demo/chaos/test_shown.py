"""Reading what merchants are shown out of an answer, wherever in it photos stand."""

from qcportal.demo.chaos.shown import _lists


def test_photos_are_found_in_every_list_and_doubles_in_one_are_seen() -> None:
    here = {"photo_id": "p1", "url": "https://s3/1"}
    coming = {"photo_id": "p2", "url": None}
    answer = {
        "photos": [here, coming],
        "items": [{"photos": [here], "checks": [{"photos": [here, here]}]}],
        "url": "https://elsewhere",
    }
    found = [each for each in _lists(answer) if each]
    one = ("p1", "https://s3/1")
    assert sorted(found, key=len) == [[one], [one], [one, one]]
