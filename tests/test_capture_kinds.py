"""A new kind of file is configuration: an audio note goes through the whole chain without code."""

import copy
import json
import os
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.engine import make_url

from qcportal import config, create_app
from qcportal.capture_kinds import SHIPPED, parse_kinds
from qcportal.config import ConfigError
from qcportal.db import db
from tests.conftest import make_settings
from tests.world import RULEBOOK, World, a_capture, an_arrival, an_inspection

AUDIO = {
    "audio_note": {
        "title": "Spoken note",
        "content_types": {"audio/mp4": "m4a", "audio/ogg": "ogg"},
        "min_bytes": 100,
        "max_bytes": 2_000_000,
        "shown_as": "sound",
    }
}
SOUND = b"\x00" * 900


@pytest.fixture
def chatty(app: Flask, tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The world of a portal whose configuration names one kind more."""
    path = tmp_path / "kinds.json"
    path.write_text(json.dumps(AUDIO))
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).render_as_string(hide_password=False)
    environ = {"QCPORTAL_CAPTURE_KINDS": str(path)}
    kinds = config.from_environment(environ | dict(os.environ)).capture_kinds
    other = create_app(make_settings(url, capture_kinds=kinds))
    yield World(other)
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def speaking() -> dict[str, object]:
    book = copy.deepcopy(RULEBOOK)
    slot = {"key": "words", "title": "What the customer says", "kind": "audio_note"}
    book["rules"][0]["checks"][1]["photos"].append(slot)
    return book


def test_a_kind_added_by_configuration_alone_goes_through_the_whole_chain(chatty: World) -> None:
    published = chatty.partner("POST", "/rulebooks", {"document": speaking()})
    assert published.status_code == 201, published.get_json()
    rvp = chatty.register()
    chatty.assign(rvp["return_id"])
    stop = chatty.field("GET", "/run-sheet").get_json()["stops"][0]
    slot = next(each for each in stop["photos"] if each["slot"] == "words")
    assert (slot["kind"], slot["content_type"], slot["max_bytes"]) == (
        "audio_note", "audio/mp4", 2_000_000,
    )  # fmt: skip
    forms = chatty.forms(rvp["return_id"])
    form = forms["words"]
    assert form["key"].endswith(".m4a")
    captures = [a_capture(form, SOUND)]
    assert chatty.field("POST", "/inspections", an_inspection(rvp, *captures)).status_code == 201
    told = chatty.callback(an_arrival(form, SOUND, content_type="audio/mp4"))
    assert told.get_json()["arrivals"][0]["outcome"] == "verified"
    photos = chatty.partner("GET", f"/returns/{rvp['return_id']}/photos").get_json()["photos"]
    sound = next(each for each in photos if each["slot"] == "words")
    assert (sound["state"], sound["kind"]) == ("verified", "audio_note")
    assert "response-content-type=audio%2Fmp4" in sound["url"]


def test_the_limits_of_the_added_kind_hold_on_arrival(chatty: World) -> None:
    chatty.partner("POST", "/rulebooks", {"document": speaking()})
    rvp = chatty.register()
    chatty.assign(rvp["return_id"])
    form = chatty.forms(rvp["return_id"])["words"]
    for changes, reason in (
        ({"content_type": "image/jpeg"}, "wrong_type"),
        ({"content_type": "audio/mp4", "size": 99}, "too_small"),
        ({"content_type": "audio/mp4", "size": 2_000_001}, "too_large"),
    ):
        told = chatty.callback(an_arrival(form, SOUND, version_id=reason, **changes))
        assert told.get_json()["arrivals"][0]["reason"] == reason


def test_without_the_configuration_the_rulebook_is_refused(world: World) -> None:
    answer = world.partner("POST", "/rulebooks", {"document": speaking()})
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["path"].endswith("/kind")


def test_the_shipped_kinds_are_there_and_can_be_changed(tmp_path) -> None:
    assert set(SHIPPED) == {"photo", "video", "signature", "document", "inspection"}
    smaller = {"photo": {"content_types": {"image/jpeg": "jpg"}, "max_bytes": 9000}}
    assert parse_kinds(smaller)["photo"].max_bytes == 9000
    assert parse_kinds({}) == dict(SHIPPED)


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"Audio": {}},
        {"audio": None},
        {"audio": {"content_types": {}, "max_bytes": 1}},
        {"audio": {"content_types": {"audio": "m4a"}, "max_bytes": 1}},
        {"audio": {"content_types": {"audio/mp4": "../m4a"}, "max_bytes": 1}},
        {"audio": {"content_types": {"audio/mp4": 4}, "max_bytes": 1}},
        {"audio": {"content_types": {"audio/mp4": "m4a"}}},
        {"audio": {"content_types": {"audio/mp4": "m4a"}, "max_bytes": "many"}},
        {"audio": {"content_types": {"audio/mp4": "m4a"}, "max_bytes": None}},
        {"audio": {"content_types": {"audio/mp4": "m4a"}, "min_bytes": 9, "max_bytes": 1}},
        {"audio": {"content_types": {"audio/mp4": "m4a"}, "max_bytes": 9, "shown_as": "loud"}},
        {"audio": {"content_types": {"audio/mp4": "m4a"}, "max_bytes": 9, "colour": "red"}},
    ],
)
def test_a_faulty_kind_stops_the_start_with_its_name(tmp_path, document: object) -> None:
    path = tmp_path / "kinds.json"
    path.write_text(json.dumps(document))
    with pytest.raises(ConfigError, match="QCPORTAL_CAPTURE_KINDS"):
        config.from_environment({"QCPORTAL_CAPTURE_KINDS": str(path)})


def test_a_missing_or_broken_file_stops_the_start(tmp_path) -> None:
    broken = tmp_path / "kinds.json"
    broken.write_text("{")
    for path in (tmp_path / "none.json", broken):
        with pytest.raises(ConfigError, match="QCPORTAL_CAPTURE_KINDS"):
            config.from_environment({"QCPORTAL_CAPTURE_KINDS": str(path)})
