"""`qcportal verify` as an operator types it, over a real bucket and a real relay."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from qcportal.cli import main
from tests import site as sites
from tests.databases import wait_until
from tests.site import PICTURES, Site
from tests.world import SECRET, a_capture, an_inspection

pytestmark = pytest.mark.aws
DOOR = (PICTURES / "nuvio-phone-door-1-whole.jpg").read_bytes()
SLOTS = ("front", "damage", "imei")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with sites.running(tmp_path_factory.mktemp("site"), imaging=False) as running:
        yield running


def verify(site: Site, *words: str) -> Result:
    settings = site.world.app.extensions["qcportal.settings"]
    environ = {
        "QCPORTAL_ENVIRONMENT": "test",
        "QCPORTAL_SECRET_KEY": settings.secret_key,
        "QCPORTAL_DATABASE_URL": settings.database_url,
        "QCPORTAL_BUCKET": settings.bucket,
        "QCPORTAL_S3_ENDPOINT": settings.s3_endpoint,
        "QCPORTAL_SIGNER_ACCESS_KEY_ID": settings.signer_access_key_id,
        "QCPORTAL_SIGNER_SECRET_ACCESS_KEY": settings.signer_secret_access_key,
        "QCPORTAL_PORTAL_ACCESS_KEY_ID": settings.portal_access_key_id,
        "QCPORTAL_PORTAL_SECRET_ACCESS_KEY": settings.portal_secret_access_key,
        "QCPORTAL_CALLBACK_SECRETS": SECRET,
        "QCPORTAL_LOG_LEVEL": "ERROR",
    }
    result = CliRunner().invoke(main, ["verify", "--grace", "0", *words], env=environ)
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result


def sent(site: Site) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    world = site.world
    rvp = world.register()
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    captures = [a_capture(forms[slot], DOOR) for slot in SLOTS]
    assert world.field("POST", "/inspections", an_inspection(rvp, *captures)).status_code == 201
    for slot in SLOTS:
        assert site.send(forms[slot], DOOR).status_code == 201
    assert wait_until(lambda: world.return_row(rvp["return_id"]).photos_here == 3, seconds=30)
    return rvp, forms


def test_a_day_of_real_uploads_holds_and_a_second_file_is_told_as_a_conflict(
    site: Site, tmp_path: Path
) -> None:
    rvp, forms = sent(site)
    assert site.send(forms["front"], DOOR + b"another").status_code == 201
    row = lambda: site.world.photo_rows(rvp["return_id"])["front"]  # noqa: E731
    assert wait_until(lambda: row().conflict_at is not None, seconds=30)
    result = verify(site, "--rehash", "--json", str(tmp_path / "report.json"))
    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    assert "I1 holds" in result.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["holds"] is True
    assert report["counts"]["versions"] == 4
    assert (report["counts"]["verified"], report["counts"]["conflict"]) == (3, 1)


def test_a_deleted_file_ends_with_status_1_and_is_named(site: Site) -> None:
    rvp, _ = sent(site)
    photo = site.world.photo_rows(rvp["return_id"])["imei"]
    site.delete(photo.key, photo.version_id)
    result = verify(site, "--json", "-")
    assert result.exit_code == 1
    told = json.loads(result.stdout)["invariants"]["I1"]
    assert told["kinds"] == {"evidence_gone": 1}
    assert told["first"][0]["photo"] == str(photo.id)
    assert "I1 BROKEN" in result.stderr
    assert photo.key in result.stderr
