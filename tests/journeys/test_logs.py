"""What a whole run writes to its log: no token, cookie, password, signature or signed address."""

import json

import pytest

from qcportal import create_app, logs
from tests.conftest import make_settings, migrate
from tests.world import PASSWORD, SECRET, World, a_capture, an_arrival, an_inspection


def test_the_log_of_a_run_holds_no_secret(
    tmp_path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    migrate(url)
    capfd.readouterr()
    world = World(create_app(make_settings(url, log_level="DEBUG")))
    try:
        seen = live(world, monkeypatch)
        log = capfd.readouterr().err
    finally:
        logs.set_up("ERROR")
    lines = [json.loads(line) for line in log.splitlines() if line.strip()]
    assert {"callback", "bug"} <= {line["event"] for line in lines}
    for secret in (*seen, PASSWORD, SECRET, "signer-secret", "portal-secret", "X-Amz-Signature"):
        assert secret not in log, secret[:12]


def live(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Go through the chain and through errors; gives the secrets that were used on the way."""
    rvp = world.register()
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    slots = [forms[slot] for slot in ("front", "damage", "imei")]
    world.callback(*[an_arrival(form, version_id=form["photo_id"]) for form in slots])
    world.field("POST", "/inspections", an_inspection(rvp, *[a_capture(form) for form in slots]))
    world.raw_callback(b"{}", secret="whsec_" + "x" * 32)
    browser = world.signed_in(world.a.owner)
    browser.get(f"/returns/{rvp['return_id']}")
    world.client.post("/sign-in", data={"email": world.admin, "password": PASSWORD + "!"})
    photos = world.partner("GET", f"/returns/{rvp['return_id']}/photos").get_json()["photos"]
    monkeypatch.setattr("qcportal.returns.get_full", broken)
    assert world.partner("GET", f"/returns/{rvp['return_id']}").status_code == 500
    cookie = browser.get_cookie("session_id")
    assert cookie is not None
    signature = forms["front"]["fields"]["x-amz-signature"]
    addresses = [each["url"] for each in photos if each["url"]]
    return [world.device_token, world.a.token, cookie.value, signature, *addresses]


def broken(*_given: object) -> None:
    raise ValueError("made to fail")
