"""The audit finds what is wrong, whoever's fault it is."""

import hashlib
from typing import Any

import pytest
from flask import Flask

from qcportal import clock
from qcportal.config import Settings
from qcportal.demo import audit
from qcportal.demo.audit import Count
from qcportal.demo.diary import Diary, Taken, read, taken
from qcportal.storage import StoredVersion
from tests.world import World, a_capture, an_arrival

DATA = b"the bytes of a photo " * 100


class Scene:
    """One return with one photo taken, announced and arrived; parts can be spoilt."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rvp = world.register()
        world.assign(self.rvp["return_id"])
        self.form = world.forms(self.rvp["return_id"])["front"]
        self.diary = [taken(self.form["photo_id"], DATA)]
        self.bucket = {self.form["key"]: [version(DATA)]}

    def announce(self) -> None:
        body = {"return_id": self.rvp["return_id"], "captures": [a_capture(self.form, DATA)]}
        assert self.world.field("POST", "/captures", body).status_code == 200

    def arrive(self, **changes: Any) -> None:
        assert self.world.callback(an_arrival(self.form, DATA, **changes)).status_code == 200

    def told(self) -> dict[str, int]:
        """Give what the announcement alone comes to in the manifests' count."""
        row = self.world.photo_rows(self.rvp["return_id"])["front"]
        counts = dict.fromkeys((*audit.IN_MANIFESTS, "untold"), 0)
        counts |= {"captured": 1, "shifts": 1, "unclosed": 1, "untold": len(self.diary)}
        return counts | {"verified": int(row.verified_at is not None)}

    def count(self) -> Count:
        settings: Settings = self.world.app.extensions["qcportal.settings"]
        with self.world.inside(commit=False):
            return audit.count(self.diary, self.bucket, settings)


def version(data: bytes, version_id: str = "v1") -> StoredVersion:
    etag = hashlib.md5(data).hexdigest()
    return StoredVersion("", version_id, len(data), etag, clock.now(), True)


@pytest.fixture
def scene(lite_app: Flask) -> Scene:
    return Scene(World(lite_app))


def test_a_photo_on_which_all_agree_is_verified(scene: Scene) -> None:
    scene.announce()
    scene.arrive()
    assert scene.count() == Count(
        1, 1, 1, lost=0, duplicated=0, late=0, missing=0, manifest=scene.told()
    )


def test_a_photo_that_s3_has_and_the_portal_does_not_know_of_is_lost(scene: Scene) -> None:
    scene.announce()
    assert scene.count() == Count(
        1, 1, 0, lost=1, duplicated=0, late=0, missing=0, manifest=scene.told()
    )


def test_a_photo_that_the_bucket_does_not_list_is_lost_whatever_the_portal_says(
    scene: Scene,
) -> None:
    scene.announce()
    scene.arrive()
    scene.bucket = {}
    assert scene.count() == Count(
        1, 0, 0, lost=1, duplicated=0, late=0, missing=0, manifest=scene.told()
    )


def test_other_bytes_in_the_bucket_are_not_the_photo(scene: Scene) -> None:
    scene.announce()
    scene.arrive()
    scene.bucket[scene.form["key"]] = [version(b"something else")]
    assert scene.count().lost == 1


def test_another_pinned_version_than_the_listed_one_is_not_the_photo(scene: Scene) -> None:
    scene.announce()
    scene.arrive(version_id="v2")
    assert scene.count().verified == 0


def test_a_second_version_in_the_bucket_is_a_double(scene: Scene) -> None:
    scene.announce()
    scene.arrive()
    scene.bucket[scene.form["key"]].append(version(DATA, "v2"))
    assert (scene.count().verified, scene.count().duplicated) == (1, 1)


def test_the_same_bytes_shown_as_two_photos_are_a_double(scene: Scene) -> None:
    scene.announce()
    scene.arrive()
    scene.form = scene.world.forms(scene.rvp["return_id"])["damage"]
    scene.arrive()
    assert scene.count().duplicated == 1


def test_an_announced_photo_that_nobody_diarised_still_counts_as_captured(scene: Scene) -> None:
    scene.announce()
    scene.diary, scene.bucket = [], {}
    assert scene.count() == Count(
        1, 0, 0, lost=0, duplicated=0, late=0, missing=0, manifest=scene.told()
    )


def test_a_diary_outlives_a_kill_in_the_middle_of_a_line(tmp_path: Any) -> None:
    file = tmp_path / "captures.jsonl"
    diary = Diary(file)
    diary.captures(Taken("p-1", "a", "b"))
    diary.captures(Taken("p-1", "a", "b"))
    with file.open("a") as sink:
        sink.write('{"photo_id": "p-2", "sha')
    assert read(file) == [Taken("p-1", "a", "b")]
