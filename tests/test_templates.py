"""What no template, style or script may hold; read from the files, without a browser."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

from qcportal.blueprints import assets
from tests.browser import icons

ROOT = Path(__file__).parents[1] / "qcportal"
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SHEETS = sorted((STATIC / "css").rglob("*.css"))
BUNDLES = {"app": assets.bundle_css()}
BUNDLES |= {name: assets.bundle_folder(name) for name in assets.FOLDERS}
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
LONGEST = 300  # lines of one hand-written file

_FOREIGN = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/)[a-z0-9.-]+\.[a-z]{2,}""")


def _ids(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _written(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=_ids)
def test_a_template_has_no_inline_style_handler_or_script(path: Path) -> None:
    text = _written(path)
    assert not re.search(r"""\sstyle\s*=""", text)
    assert not re.search(r"""<[^>]*\s(on[a-z]+|hx-on[:\w-]*)\s*=""", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "<style" not in text
    assert "javascript:" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=_ids)
def test_a_template_uses_no_trigger_filter_that_needs_eval(path: Path) -> None:
    for trigger in re.findall(r'hx-trigger="([^"]*)"', _written(path)):
        assert "[" not in trigger
    assert "js:" not in _written(path)


@pytest.mark.parametrize("path", TEMPLATES, ids=_ids)
def test_a_template_imports_only_what_it_uses(path: Path) -> None:
    tree = Environment(
        loader=FileSystemLoader(ROOT / "templates"), extensions=["jinja2.ext.i18n"]
    ).parse(path.read_text())
    imported = {
        name if isinstance(name, str) else name[1]
        for node in tree.find_all(nodes.FromImport)
        for name in node.names
    }
    used = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
    assert imported <= used


@pytest.mark.parametrize("path", TEMPLATES, ids=_ids)
def test_a_template_says_what_it_is_given(path: Path) -> None:
    assert path.read_text().startswith("{#")


@pytest.mark.parametrize("path", [*TEMPLATES, *SHEETS, *SCRIPTS], ids=_ids)
def test_nothing_points_at_a_foreign_host(path: Path) -> None:
    assert not _FOREIGN.search(_written(path))


@pytest.mark.parametrize("path", [*TEMPLATES, *SHEETS, *SCRIPTS], ids=_ids)
def test_a_file_is_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("path", SHEETS, ids=_ids)
def test_colours_are_named_in_the_tokens_alone(path: Path) -> None:
    if path.name not in ("tokens.css", "themes.css"):
        assert not re.search(r"#[0-9a-f]{3,8}\b|rgb\(|light-dark\(", path.read_text())


@pytest.mark.parametrize("path", SHEETS, ids=_ids)
def test_every_custom_property_is_a_token(path: Path) -> None:
    tokens = set(re.findall(r"^\s+(--[\w-]+):", (STATIC / "css/tokens.css").read_text(), re.M))
    assert set(re.findall(r"var\((--[\w-]+)", path.read_text())) <= tokens


def test_every_class_in_a_template_has_a_style() -> None:
    styled = set(re.findall(r"\.([a-z][\w-]*)", "".join(BUNDLES.values())))
    bare = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
    unknown = {
        (_ids(path), name)
        for path in TEMPLATES
        for attribute in re.findall(r'class="((?:\{\{.*?\}\}|[^"])*)"', _written(path))
        for name in bare.sub(" \0 ", attribute).split()
        if "\0" not in name and not name.endswith("-") and name not in styled
    }
    assert unknown == set()


def test_every_icon_is_in_the_sprite_and_none_is_idle() -> None:
    assert icons.named() <= icons.in_sprite()
    assert icons.in_sprite() <= icons.mentioned()


def test_every_style_sheet_is_bundled_in_its_layer() -> None:
    for bundle in BUNDLES.values():
        assert bundle.startswith(
            "@layer reset, tokens, base, layout, components, pages, utilities;"
        )
    for path in SHEETS:
        first = re.search(r"^  (\.[\w-]+)", path.read_text(), re.M)
        assert first is None or first[1] in BUNDLES.get(path.parent.name, BUNDLES["app"]), path.name


def test_vendored_files_have_their_licence_beside_them() -> None:
    readme = (STATIC / "vendor/README.md").read_text()
    for path in (STATIC / "vendor").glob("*.js"):
        assert path.name in readme
    for name in re.findall(r"`(licences/[\w.]+)`", readme):
        assert (STATIC / "vendor" / name).stat().st_size > 300
