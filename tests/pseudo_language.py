"""A language in which every sentence of the catalogue stands in brackets: what has none shows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from unittest import mock

from qcportal import language

LEFT, RIGHT = "⟦", "⟧"
SILENT = {"code", "kbd", "script", "style", "pre", "textarea"}
SPOKEN = {"aria-label", "title", "placeholder", "alt"}
_WORD = re.compile(r"[^\W\d_]{2,}")


class Brackets:
    """A catalogue that has every sentence, as it is, in brackets."""

    def gettext(self, text: str) -> str:
        return f"{LEFT}{text}{RIGHT}"

    def ngettext(self, one: str, many: str, num: int) -> str:
        return self.gettext(one if num == 1 else many)

    def pgettext(self, _context: str, text: str) -> str:
        return self.gettext(text)

    def npgettext(self, _context: str, one: str, many: str, num: int) -> str:
        return self.ngettext(one, many, num)


@contextmanager
def brackets() -> Iterator[None]:
    """Let Hindi be the language of brackets."""
    with mock.patch.object(language, "_words", lambda _code: Brackets()):
        yield


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.silent: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent.append(tag)
        self.found += [value or "" for name, value in attrs if name in SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT and tag in self.silent:
            self.silent.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def outside(page: str) -> list[str]:
    """List the words of a page that stand in no bracket; a sentence may hold tags."""
    reader = _Words()
    reader.feed(_without_brackets(page))
    return [" ".join(text.split()) for text in reader.found if _WORD.search(text)]


def _without_brackets(page: str) -> str:
    """Take out the innermost brackets until there are none."""
    inner = re.compile(f"{LEFT}[^{LEFT}{RIGHT}]*{RIGHT}")
    while inner.search(page):
        page = inner.sub("", page)
    return page
