"""What stands behind the portal is away: every door says so and asks to try again."""

import io

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import text

from qcportal import clock, create_app, signing
from qcportal.db import db
from tests.conftest import make_settings
from tests.databases import free_port
from tests.world import SECRET, World, a_capture, an_arrival, an_inspection

TOKEN = "qcd_0123abcd_" + "x" * 43


@pytest.fixture(scope="module")
def stranded() -> Flask:
    """The app with a Postgres where nobody listens."""
    url = f"postgresql+psycopg://app@127.0.0.1:{free_port()}/none?connect_timeout=2"
    return create_app(make_settings(url))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/field/run-sheet"),
        ("POST", "/api/v1/field/forms"),
        ("GET", "/api/v1/returns"),
        ("POST", "/api/v1/returns"),
        ("GET", "/readyz"),
    ],
)
def test_json_doors_ask_to_try_again(stranded: Flask, method: str, path: str) -> None:
    kind = "qcd" if "field" in path else "qck"
    bearer = {"Authorization": f"Bearer {TOKEN.replace('qcd', kind, 1)}"}
    body = {} if method == "POST" else None
    answer = stranded.test_client().open(path, method=method, headers=bearer, json=body)
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.mimetype == "application/problem+json"
    assert "psycopg" not in answer.text
    assert "127.0.0.1" not in answer.text


def test_a_callback_is_not_taken_while_the_database_is_away(stranded: Flask) -> None:
    body = b'{"arrivals": [{"bucket": "photos", "key": "u/a.jpg"}]}'
    headers = signing.sign("s3_away", clock.now(), body, SECRET)
    answer = stranded.test_client().post(
        "/api/v1/callbacks/s3", data=body, headers=headers | {"Content-Type": "application/json"}
    )
    assert answer.status_code == 503


def test_a_page_says_so_in_words(stranded: Flask) -> None:
    browser = stranded.test_client()
    browser.set_cookie("session_id", "whatever")
    answer = browser.get("/returns")
    assert answer.status_code == 503
    assert "Back in a moment" in answer.text
    assert answer.headers["Retry-After"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_portal_lives_while_its_database_is_away(stranded: Flask) -> None:
    assert stranded.test_client().get("/healthz").status_code == 200


def test_a_restart_of_postgres_loses_nothing(pg_world: World) -> None:
    """Connections die under the pool; what was refused for it comes again."""
    world = pg_world
    rvp = world.register()
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    slots = ("front", "damage", "imei")
    for slot in slots:
        end_connections(world)
        answer = world.callback(an_arrival(forms[slot]))
        assert answer.status_code in {200, 503}
        if answer.status_code == 503:
            assert world.callback(an_arrival(forms[slot])).status_code == 200
    end_connections(world)
    inspection = an_inspection(rvp, *[a_capture(forms[slot]) for slot in slots])
    answers = [world.field("POST", "/inspections", inspection).status_code for _ in range(3)]
    assert answers in ([503, 201, 200], [201, 200, 200])
    assert world.return_row(rvp["return_id"]).photos_here == 3


def end_connections(world: World) -> None:
    """End all connections of the app's database but the one that asks."""
    with world.app.app_context(), db.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND usename = current_user "
                "AND pid <> pg_backend_pid()"
            )
        )


def test_s3_away_refuses_a_catalogue_picture_and_keeps_none(world: World) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(drawn, "PNG")
    answer = world.client.put(
        "/api/v1/catalogue/SKU-1/picture",
        data=drawn.getvalue(),
        content_type="image/png",
        headers={"Authorization": f"Bearer {world.a.token}"},
    )
    assert answer.status_code == 503, answer.text
    assert answer.headers["Retry-After"]
    with world.inside(commit=False):
        assert db.session.execute(text("SELECT count(*) FROM catalogue_pictures")).scalar() == 0


def test_s3_away_does_not_keep_phones_from_their_forms(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    assert "front" in world.forms(rvp["return_id"])
