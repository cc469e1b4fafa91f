"""The words of the interface: looked up, filled, counted, and said late."""

import json
from datetime import UTC, datetime

import pytest
from markupsafe import escape
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from qcportal import language
from qcportal.blueprints.forms import Form
from qcportal.language import gettext, lazy_gettext, ngettext, speaking


@pytest.fixture
def some_hindi(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """Speak Hindi of a catalogue that has a few sentences."""
    folder = tmp_path / "hi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n'
        'Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
        'msgid "Photos of %(name)s"\nmsgstr "%(name)s के फ़ोटो"\n\n'
        'msgid "%(num)s photo"\nmsgid_plural "%(num)s photos"\n'
        'msgstr[0] "%(num)s फ़ोटो"\nmsgstr[1] "%(num)s फ़ोटो हैं"\n\n'
        'msgctxt "verb"\nmsgid "Open"\nmsgstr "खोलें"\n\n'
        'msgid "Open"\nmsgstr "खुला"\n\n'
        'msgid "Field cannot be longer than %(max)d character."\n'
        'msgid_plural "Field cannot be longer than %(max)d characters."\n'
        'msgstr[0] "%(max)d अक्षर तक"\nmsgstr[1] "%(max)d अक्षर तक"\n'
    )
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    language._words.cache_clear()
    yield
    language._words.cache_clear()


def test_nobody_asked_means_english() -> None:
    assert language.current() == "en"
    assert gettext("Photos of %(name)s", name="R-014") == "Photos of R-014"
    assert ngettext("%(num)s photo", "%(num)s photos", 1) == "1 photo"
    assert ngettext("%(num)s photo", "%(num)s photos", 123456) == "1,23,456 photos"


def test_a_sentence_is_said_in_the_language_in_force(some_hindi: None) -> None:
    with speaking("hi"):
        assert gettext("Photos of %(name)s", name="R-014") == "R-014 के फ़ोटो"
        assert ngettext("%(num)s photo", "%(num)s photos", 1) == "1 फ़ोटो"
        assert ngettext("%(num)s photo", "%(num)s photos", 1200) == "1,200 फ़ोटो हैं"
        assert gettext("Not in the catalogue") == "Not in the catalogue"
    assert gettext("Open") == "Open"


def test_words_with_two_meanings_are_told_apart(some_hindi: None) -> None:
    with speaking("hi"):
        assert gettext("Open") == "खुला"
        assert language.pgettext("verb", "Open") == "खोलें"


def test_an_unknown_language_is_english() -> None:
    with speaking("tlh"):
        assert language.current() == "en"


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("%(n)s of %(m)s", {"n": 1}, "1 of %(m)s"),
        ("100%", {}, "100%"),
        ("100%% of %(n)s", {"n": 3}, "100% of 3"),
        ("%(n)d photos", {"n": "many"}, "%(n)d photos"),
        ("100 % done", {}, "100 % done"),
    ],
)
def test_what_was_not_given_breaks_no_page(text: str, values: dict, said: str) -> None:
    assert gettext(text, **values) == said


def test_a_sentence_of_a_table_is_said_when_it_is_shown(some_hindi: None) -> None:
    later = lazy_gettext("Open")
    assert str(later) == f"{later}" == later + "" == "" + later == "Open"
    with speaking("hi"):
        assert str(later) == f"{later}" == later + "" == "" + later == "खुला"
        assert str(escape(later)) == "खुला"
        assert gettext(later) == "खुला"
        assert json.dumps({later: later}) == '{"Open": "Open"}'
    assert later == "Open"


def test_forms_say_their_own_faults_in_the_readers_language(some_hindi: None, lite_app) -> None:
    class Small(Form):
        name = StringField("Name", [InputRequired(), Length(max=2)])

    with lite_app.test_request_context(method="POST", data={"name": "long"}), speaking("hi"):
        form = Small(meta={"csrf": False})
        assert not form.validate()
        assert form.name.errors == ["2 अक्षर तक"]
    with lite_app.test_request_context(method="POST", data={"name": ""}):
        form = Small(meta={"csrf": False})
        assert not form.validate()
        assert form.name.errors == ["This field is required."]


def test_a_day_is_said_in_the_language_of_the_moment() -> None:
    day = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    for code, words in (("en", "24 Nov 2026"), ("hi", "24 नव॰ 2026"), ("en", "24 Nov 2026")):
        with speaking(code):
            assert language.day_said(day, "d MMM y") == words
