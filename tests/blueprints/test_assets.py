"""Static files carry a digest in their name and are told to stay for a year."""

import gzip
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from qcportal.blueprints import assets


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__, static_folder=None)
    assets.register(app)
    return app


def _url(app: Flask, name: str) -> str:
    url: Any = app.jinja_env.globals["asset_url"]
    return str(url(name))


def test_a_style_sheet_is_served_under_its_digest_for_a_year(app: Flask) -> None:
    url = _url(app, "app.css")
    assert re.fullmatch(r"/static/app\.[0-9a-f]{12}\.css", url)
    answer = app.test_client().get(url)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content_type == "text/css; charset=utf-8"
    assert answer.text.startswith("@layer reset")


def test_packed_and_plain_answers_hold_the_same_bytes(app: Flask) -> None:
    client, url = app.test_client(), _url(app, "app.css")
    packed = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == client.get(url).data


def test_every_reference_inside_a_file_is_fingerprinted_and_answers(app: Flask) -> None:
    client = app.test_client()
    style = client.get(_url(app, "app.css")).text
    script = client.get(_url(app, "js/app.js")).text
    found = [f"/static/{name}" for name in re.findall(r'url\("([^"]+)"', style)]
    names = r'(?:from |import\()"\./([^"]+)"'
    found += [f"/static/js/{name}" for name in re.findall(names, script)]
    assert len(found) >= 3
    for url in found:
        assert re.search(r"\.[0-9a-f]{12}\.", url)
        assert client.get(url).status_code == 200


def test_a_changed_file_gets_another_address_and_so_does_its_importer(tmp_path: Path) -> None:
    root = tmp_path / "static"
    shutil.copytree(assets.STATIC, root)
    before = assets.Assets(root)
    (root / "js/transform.js").write_text("export class Transform {}\n")
    after = assets.Assets(root)
    for changed in ("js/transform.js", "js/viewer.js"):
        assert before.name(changed) != after.name(changed)
    for same in ("js/keys.js", "js/app.js"):
        assert before.name(same) == after.name(same)


def test_scripts_are_sent_without_remarks_and_indents(app: Flask) -> None:
    for path in (assets.STATIC / "js").glob("*.js"):
        text = app.test_client().get(_url(app, f"js/{path.name}")).text
        assert re.search(r"^(//| )|\n\n", text, re.MULTILINE) is None
        for line in path.read_text().splitlines():
            assert line.count("`") % 2 == 0, (path.name, "a string may not go over lines", line)


def test_a_plain_or_unknown_name_is_not_found(app: Flask) -> None:
    client = app.test_client()
    for name in ("app.css", "js/app.js", "css/base.css", "../config.py", "vendor/README.md"):
        assert client.get(f"/static/{name}").status_code == 404


def test_an_unknown_file_or_icon_is_an_error_at_once(app: Flask) -> None:
    with pytest.raises(KeyError):
        _url(app, "js/nothing.js")
    with pytest.raises(KeyError, match="no icon 'unicorn'"):
        assets.Assets().icon("unicorn")


def test_an_app_with_its_own_static_route_is_refused() -> None:
    with pytest.raises(RuntimeError, match="static_folder=None"):
        assets.register(Flask(__name__))
