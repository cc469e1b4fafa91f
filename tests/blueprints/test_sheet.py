"""The component sheet: every macro is rendered on it, and no id stands there twice."""

import re
from collections import Counter
from pathlib import Path

import pytest
from jinja2.runtime import Macro

from qcportal.blueprints import sheet
from tests.browser.sheet_app import create_app

COMPONENTS = Path(sheet.__file__).parents[1] / "templates" / "components"
MACRO = re.compile(r"{%-? macro (\w+)\(")


def asked() -> set[tuple[str, str]]:
    """List (file, macro) of all components."""
    files = sorted(COMPONENTS.glob("*.html"))
    return {(file.name, name) for file in files for name in MACRO.findall(file.read_text())}


def test_every_macro_is_rendered_on_the_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: set[tuple[str, str]] = set()
    invoke = Macro._invoke

    def noted(macro: Macro, arguments: list[object], autoescape: bool) -> str:
        words = invoke(macro, arguments, autoescape)
        if words.strip():
            rendered.add((Path(macro._func.__code__.co_filename).name, macro.name))
        return words

    monkeypatch.setattr(Macro, "_invoke", noted)
    assert create_app().test_client().get("/_ui").status_code == 200
    assert len(asked()) > 100
    assert asked() - rendered == set()


def test_no_id_stands_twice_on_the_sheet_and_every_label_finds_its_field() -> None:
    page = create_app().test_client().get("/_ui").text
    ids = Counter(re.findall(r'\sid="([^"]+)"', page))
    assert [each for each, count in ids.items() if count > 1] == []
    named = re.findall(r'\s(?:for|form|aria-labelledby|aria-describedby)="([^"]+)"', page)
    assert {each for names in named for each in names.split()} - set(ids) == set()


def test_a_part_is_set_apart_with_all_that_points_into_it() -> None:
    part = '<label for="a">A</label><input id="a" aria-describedby="b c"><a href="#a">A</a>'
    assert sheet.apart("x", caller=lambda: part) == (
        '<label for="x-a">A</label><input id="x-a" aria-describedby="x-b x-c"><a href="#x-a">A</a>'
    )
    part = '<section aria-labelledby="a"></section><nav class="b" aria-label="All"></nav>'
    assert sheet.apart("x", caller=lambda: part) == (
        '<section aria-labelledby="x-a x-part"></section><nav class="b" aria-label="All: x"></nav>'
        '<span id="x-part" hidden>x</span>'
    )
