"""The catalogues say all that code and templates say, and nothing is said outside of them."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import qcportal
from qcportal.blueprints import assets
from qcportal.commands import wording
from tests import hard_coded

ROOT = Path(qcportal.__file__).parent
FOREIGN = wording.foreign()
TEMPLATES = [
    path for path in sorted((ROOT / "templates").rglob("*.html")) if path.parent.name != "sheet"
]
PAGES = [
    path
    for folder in ("showing", "shown", "admin", "merchant", "session", "rule_pages")
    for path in sorted((ROOT / "blueprints" / folder).rglob("*.py"))
] + [ROOT / "blueprints" / f"{name}.py" for name in ("catalogue_pages", "webhook_pages", "jinja")]

# What reads like words and is none: names of zones, headers, browsers, fields of a document.
NO_WORDS = {
    "Content-Disposition", "Sec-Purpose", "attachment; filename=catalogue.csv", "Lax",
    "Asia/Kolkata", "Door", "Route", "Cc", "Cs", " km", " ms",
    "Edg", "Edge", "Firefox", "Chrome", "Safari", "Opera", "Android", "Windows", "Macintosh", "Mac",
    "Linux", "Id", "Key", "Table", "Cell", "Answer to", "piece ",
    "Paused by ", "forgot ",
}  # fmt: skip

_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
_TAG = re.compile(r"</?[a-z][^>]*>")


def held(code: str) -> Catalog:
    return read_po(io.BytesIO(wording.file_of(code).read_bytes()), locale=code)


def pairs(message: Message) -> list[tuple[str, str]]:
    """Give each translation beside what it translates, singular and plural."""
    if isinstance(message.id, tuple | list):
        return [(message.id[1], each) for each in message.string]
    return [(str(message.id), str(message.string))]


@pytest.mark.parametrize("code", FOREIGN)
def test_a_catalogue_holds_what_is_said_today(code: str) -> None:
    now = wording.renewed(wording.gather(), code)
    assert now == wording.file_of(code).read_bytes(), "run `make words`"


@pytest.mark.parametrize("code", FOREIGN)
def test_every_sentence_is_translated(code: str) -> None:
    lacking = [
        message.id
        for message in held(code)
        if message.id and (message.fuzzy or not all(text for _, text in pairs(message)))
    ]
    assert lacking == []


@pytest.mark.parametrize("code", FOREIGN)
def test_a_translation_fills_in_what_the_sentence_does(code: str) -> None:
    for message in held(code):
        for said, text in pairs(message) if message.id else []:
            wanted, found = (set(_PLACEHOLDER.findall(each)) for each in (said, text))
            # One of something may be said without its number: "the photo is here".
            may_lack = {("num", "")} if isinstance(message.id, tuple | list) else set()
            assert found <= wanted <= found | may_lack, said
            rest = _PLACEHOLDER.sub("", text).replace("%%", "")
            assert "%" not in rest, text


@pytest.mark.parametrize("code", FOREIGN)
def test_a_translation_has_the_tags_of_the_sentence_and_no_others(code: str) -> None:
    for message in held(code):
        for said, text in pairs(message) if message.id else []:
            assert sorted(_TAG.findall(said)) == sorted(_TAG.findall(text)), said
            assert not re.search("<[a-z/]", _TAG.sub("", text)), text


@pytest.mark.parametrize("code", FOREIGN)
def test_a_translation_begins_and_ends_like_the_sentence(code: str) -> None:
    for message in held(code):
        for said, text in pairs(message) if message.id else []:
            assert (said[:1].isspace(), said[-1:].isspace()) == (
                text[:1].isspace(),
                text[-1:].isspace(),
            ), said


@pytest.fixture(scope="module")
def classes() -> set[str]:
    styles = assets.bundle_css() + "".join(map(assets.bundle_folder, assets.FOLDERS))
    return set(re.findall(r"\.([a-z][\w-]*)", styles))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_says_nothing_that_no_catalogue_has(path: Path, classes: set[str]) -> None:
    assert hard_coded.in_template(path.read_text(encoding="utf-8"), classes) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_says_nothing_that_no_catalogue_has(path: Path) -> None:
    found = [(line, text) for line, text in hard_coded.in_python(path) if text not in NO_WORDS]
    assert found == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Some words</p>", ["Some words"]),
        ('<p>{{ _("Some words") }}</p>', []),
        ("<p>{% trans %}Some words{% endtrans %}</p>", []),
        ('<a aria-label="Go on" class="some-class">{{ icon }}</a>', ["Go on"]),
        ('<p>{{ "Some words" if page else _("Others") }}</p>', ["Some words"]),
        ('<p class="{{ "a b" }}">{{ page.words }}</p>', []),
        ("<p><code>sku</code> {{ count }} left</p>", ["left"]),
    ],
)
def test_what_stands_in_a_template_is_found(source: str, found: list[str]) -> None:
    assert hard_coded.in_template(source, {"a", "b"}) == found


def test_what_stands_in_code_is_found(tmp_path: Path) -> None:
    path = tmp_path / "shown.py"
    path.write_text(
        '"""Words about it."""\n'
        "def say(n: int) -> str:\n"
        '    raise ValueError("A bug")\n'
        '    return _("Looked up") + "Not looked up" + f"{n} photos here"\n'
    )
    assert [text for _, text in hard_coded.in_python(path)] == [" photos here", "Not looked up"]
