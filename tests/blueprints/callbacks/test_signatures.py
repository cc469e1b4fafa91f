"""The relay's door opens to what was signed just now with one of our secrets, to nothing else."""

import base64
import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from standardwebhooks import Webhook

from qcportal import clock, signing
from qcportal.db import db
from qcportal.photos import ArrivalRow
from tests.world import SECRET, World, an_arrival

URL = "/api/v1/callbacks/s3"
OTHER = "whsec_" + base64.b64encode(b"another callback secret, 32 long").decode()


def body_of(*, key: str = "u/2026/01/01/fern/77/front-x.jpg") -> bytes:
    return json.dumps({"arrivals": [an_arrival({"key": key, "photo_id": "p"})]}).encode()


def signed(body: bytes, **changes: str) -> dict[str, str]:
    headers = signing.sign("s3_abc", clock.now(), body, SECRET)
    return headers | {"Content-Type": "application/json"} | changes


def post(world: World, body: bytes, headers: dict[str, str]) -> int:
    answer = world.client.post(URL, data=body, headers=headers)
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json"
        assert answer.get_json()["status"] == answer.status_code
    return answer.status_code


def count_arrivals(world: World) -> int:
    with world.inside(commit=False):
        return db.session.scalar(select(func.count()).select_from(ArrivalRow))


@contextmanager
def secrets(app: Flask, *accepted: str) -> Iterator[None]:
    before = app.extensions["qcportal.settings"]
    app.extensions["qcportal.settings"] = dataclasses.replace(before, callback_secrets=accepted)
    try:
        yield
    finally:
        app.extensions["qcportal.settings"] = before


def test_a_callback_signed_by_another_implementation_of_the_scheme_is_taken(world: World) -> None:
    body, at = body_of(), clock.now()
    signature = Webhook(SECRET).sign("s3_1", at, body.decode())
    headers = signed(body) | {
        "webhook-id": "s3_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }
    assert post(world, body, headers) == 202
    assert count_arrivals(world) == 1


def forged(body: bytes) -> dict[str, str]:
    return signed(body, **{"webhook-signature": "v1," + base64.b64encode(b"x" * 32).decode()})


def other_secret(body: bytes) -> dict[str, str]:
    return signed(body) | signing.sign("s3_abc", clock.now(), body, OTHER)


def another_body(body: bytes) -> dict[str, str]:
    return signed(body.replace(b"front", b"other"))


def another_id(body: bytes) -> dict[str, str]:
    return signed(body, **{"webhook-id": "s3_abd"})


def stale(body: bytes) -> dict[str, str]:
    return signed(body) | signing.sign("s3_abc", clock.now() - timedelta(seconds=310), body, SECRET)


def from_the_future(body: bytes) -> dict[str, str]:
    return signed(body) | signing.sign("s3_abc", clock.now() + timedelta(seconds=310), body, SECRET)


def moved_timestamp(body: bytes) -> dict[str, str]:
    return signed(body, **{"webhook-timestamp": str(int(clock.now().timestamp()) + 7)})


@pytest.mark.parametrize(
    "headers",
    [forged, other_secret, another_body, another_id, stale, from_the_future, moved_timestamp],
)
def test_what_we_did_not_sign_just_now_is_refused_and_nothing_is_written(
    world: World, headers
) -> None:
    body = body_of()
    assert post(world, body, headers(body)) == 401
    assert count_arrivals(world) == 0


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_refused(world: World, missing: str) -> None:
    body = body_of()
    headers = signed(body)
    del headers[missing]
    assert post(world, body, headers) == 401
    assert count_arrivals(world) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-timestamp", ""),
        ("webhook-timestamp", "soon"),
        ("webhook-timestamp", "-1"),
        ("webhook-timestamp", "9" * 400),
        ("webhook-timestamp", "1e9"),
        ("webhook-timestamp", "\u0661\u0662".encode().decode("latin-1")),
        ("webhook-id", ""),
        ("webhook-id", "a.b"),
        ("webhook-id", "x" * 5000),
        ("webhook-signature", ""),
        ("webhook-signature", "v1"),
        ("webhook-signature", "v1,"),
        ("webhook-signature", "v1,%%%%"),
        ("webhook-signature", "v2,AAAA"),
        ("webhook-signature", "v1,\xe9\xff"),
        ("webhook-signature", "v1," + "A" * 9000),
        ("webhook-signature", " ".join(["v1,AAAA"] * 500)),
    ],
)
def test_a_malformed_header_is_refused(lite_world: World, name: str, value: str) -> None:
    body = body_of()
    assert post(lite_world, body, signed(body, **{name: value})) == 401
    assert count_arrivals(lite_world) == 0


def test_nothing_is_parsed_before_the_signature_fits(lite_world: World) -> None:
    for body in (b"", b"{", b"\xff\xfe", b"[" * 10_000, b'{"arrivals": 1}'):
        headers = {"Content-Type": "application/json", "webhook-id": "a"}
        assert post(lite_world, body, headers) == 401


def test_a_bearer_token_is_no_signature(world: World) -> None:
    body = body_of()
    for token in (world.a.token, world.device_token):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        assert post(world, body, headers) == 401
    assert count_arrivals(world) == 0


def test_during_a_rotation_both_secrets_open_and_afterwards_the_new_one_alone(
    world: World,
) -> None:
    body = body_of()
    with secrets(world.app, OTHER, SECRET):
        assert post(world, body, signed(body)) == 202
        assert post(world, body, other_secret(body)) == 202
        both = signed(body)["webhook-signature"] + " " + other_secret(body)["webhook-signature"]
        assert post(world, body, signed(body, **{"webhook-signature": both})) == 202
    with secrets(world.app, OTHER):
        assert post(world, body, signed(body)) == 401
        assert post(world, body, other_secret(body)) == 202
    assert count_arrivals(world) == 1


def test_the_same_callback_replayed_in_its_time_changes_nothing(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    form = world.forms(rvp["return_id"])["front"]
    body = json.dumps({"arrivals": [an_arrival(form)]}).encode()
    headers = signed(body)
    assert post(world, body, headers) == 200
    before = vars(world.photo_rows(rvp["return_id"])["front"]).copy()
    revision = world.return_row(rvp["return_id"]).revision
    assert post(world, body, headers) == 200
    after = vars(world.photo_rows(rvp["return_id"])["front"]).copy()
    for facts in (before, after):
        facts.pop("_sa_instance_state")
    assert after == before
    assert world.return_row(rvp["return_id"]).revision == revision
    assert count_arrivals(world) == 1


def test_an_oversized_body_is_413_whoever_signed_it(lite_world: World) -> None:
    body = b'{"arrivals": [' + b" " * 262_144 + b"]}"
    assert post(lite_world, body, signed(body)) == 413
    assert count_arrivals(lite_world) == 0


def test_only_posts_are_answered(lite_world: World) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = lite_world.client.open(URL, method=method)
        assert answer.status_code == 405
        assert "POST" in answer.headers["Allow"]
