"""What the interface says, in the language of whoever reads: the words, and the one in force.

English sentences in the code are the keys; `locales/` holds what they are in other languages.
Placeholders are named, `_("%(n)s photos", n=3)`, and a sign of per cent is written twice.
"""

import gettext as catalogues
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "hi": "हिन्दी"}
"""Every language of the interface with its own name for itself."""
FOLDER = Path(__file__).parent / "locales"

_spoken: ContextVar[str] = ContextVar("spoken_language", default=ENGLISH)


def current() -> str:
    """Give the code of the language in force; English where nobody chose."""
    return _spoken.get()


def locale() -> Locale:
    """Give the conventions of the language in force, for dates and numbers."""
    return _locale(current())


def enter(code: str) -> Token[str]:
    """Speak a language until `leave`; for whoever answers requests."""
    return _spoken.set(code if code in LANGUAGES else ENGLISH)


def leave(token: Token[str]) -> None:
    """Speak again what was spoken before `enter`."""
    _spoken.reset(token)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language inside the block: for mails, workers and tests."""
    token = enter(code)
    try:
        yield
    finally:
        leave(token)


def gettext(text: str, /, **values: object) -> str:
    """Say a sentence in the language in force, with its placeholders filled."""
    return filled(_words(current()).gettext(str.__str__(text)), values)


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """Say a sentence that counts; `%(num)s` is filled with the number, its digits grouped."""
    return filled(_words(current()).ngettext(one, many, num), {"num": grouped(num)} | values)


def pgettext(context: str, text: str, /, **values: object) -> str:
    """Say words that mean different things in different places; `context` tells which."""
    return filled(_words(current()).pgettext(context, text), values)


def npgettext(context: str, one: str, many: str, num: int, /, **values: object) -> str:
    """Say words that count and that mean different things in different places."""
    said = _words(current()).npgettext(context, one, many, num)
    return filled(said, {"num": grouped(num)} | values)


COUNTED = 1000
"""No count that a page shows goes on after so many and one."""


def grouped(number: int) -> str:
    """Group digits the Indian way, as English and Hindi do here: 12,34,567."""
    head, tail = str(abs(number))[:-3], str(abs(number))[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)]
    return ("−" if number < 0 else "") + ",".join([*reversed(pairs), tail])


def counted(number: int) -> str:
    """Group the digits of a count that ends at COUNTED and one, which is shown as "1,000+"."""
    return f"{grouped(COUNTED)}+" if number > COUNTED else grouped(number)


def day_said(day: date, pattern: str) -> str:
    """Say a day in a pattern of Unicode's (LDML), "d MMM y", as the language in force does.

    A list says the same few days again and again, and reading the pattern takes its time.
    """
    return _day_said(date(day.year, day.month, day.day), pattern, current())


@lru_cache(maxsize=4096)
def _day_said(day: date, pattern: str, code: str) -> str:
    return str(format_date(day, pattern, _locale(code)))


def filled(text: str, values: Mapping[str, object]) -> str:
    """Fill the placeholders; what nobody gave stays to be seen, and never breaks a page."""
    try:
        return text % _Given(values)
    except (TypeError, ValueError):
        return text


class Later(str):
    """A sentence of a table that is made once, said in the language of each reader.

    To a program that takes it for a plain string, a database or a JSON API, it is English.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return gettext(str.__str__(self))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __radd__(self, other: str) -> str:
        return str(other) + str(self)


def _say_first(name: str) -> None:
    """Let a method of strings work on what is said, not on the key."""
    method = getattr(str, name)
    setattr(Later, name, lambda self, *given, **named: method(str(self), *given, **named))


for _name in (
    "__add__", "__mod__", "__getitem__", "__contains__", "capitalize", "casefold", "format",
    "lower", "partition", "removeprefix", "removesuffix", "replace", "rstrip", "split", "strip",
    "upper",
):  # fmt: skip
    _say_first(_name)


def lazy_gettext(text: str) -> str:
    """Keep a sentence of a module-level table; it is said when it is shown."""
    return Later(text)


def lazy_ngettext(one: str, many: str) -> Callable[[int], str]:
    """Keep words that count of a module-level table; called with a number, they are said."""
    return lambda num: ngettext(one, many, num)


class _Given(dict[str, object]):
    """Values of placeholders; a missing one gives its own name."""

    def __missing__(self, name: str) -> str:
        return f"%({name})s"


@cache
def _words(code: str) -> catalogues.NullTranslations:
    """Read a catalogue at its first use; English needs none."""
    file = FOLDER / code / "LC_MESSAGES" / "messages.po"
    if not file.exists():
        return catalogues.NullTranslations()
    compiled = io.BytesIO()
    with file.open("rb") as written:
        write_mo(compiled, read_po(written, locale=code))
    compiled.seek(0)
    return catalogues.GNUTranslations(compiled)


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code)
