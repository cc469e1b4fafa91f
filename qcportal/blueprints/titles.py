"""Titles of lists: which list it is, how it is narrowed and which of its pages, in one line.

Pages hang on cursors and have no numbers of their own: a pager counts its steps in the address.
"""

from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import has_request_context, request

from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.returns_list import Chip
from qcportal.language import gettext as _

CURSORS = {"after", "before"}
PAGE, LAST = "page", 9999
LONGEST_PART, MOST_PARTS = 30, 4


def list_title(
    name: str,
    parts: Iterable[str] = (),
    *,
    words: str = "",
    chips: Sequence[Chip] = (),
    shown: str = "",
) -> str:
    """Say "Returns: failed, “AWB12”, Pune (25 of 96), page 2"; what is empty is left out.

    `words` are what is searched for, `chips` the filters that are on, `shown` how much is shown.
    """
    held = [_short(part) for part in parts if part]
    held += [f"“{_short(words)}”"] if words.strip() else []
    held += [_short(chip.value) for chip in chips if "q" not in chip.removes]
    text = f"{name}: {', '.join(held[:MOST_PARTS])}" if held else str(name)
    text += f" ({shown})" if shown else ""
    number = page_number()
    return _("%(list)s, page %(number)s", list=text, number=number) if number > 1 else text


def page_number() -> int:
    """Give the number of the page that is shown."""
    text = request.args.get(PAGE, "")[:5] if has_request_context() else ""
    return min(LAST, max(1, int(text))) if text.isascii() and text.isdigit() else 1


def turned(href: str, steps: int) -> str:
    """Give a pager's address with the number of the page that it leads to, if that hangs on one."""
    split = urlsplit(href)
    query = parse_qsl(split.query)
    number = page_number() + steps
    if number < 2 or not CURSORS & {name for name, _value in query}:
        return href
    return urlunsplit(split._replace(query=urlencode([*query, (PAGE, str(number))])))


def label_of(options: Iterable[Option], value: str) -> str:
    """Give the words of the option that is chosen, or nothing."""
    return next((str(each.label) for each in options if value and each.value == value), "")


def _short(text: str) -> str:
    tidy = " ".join(str(text).split())
    return tidy if len(tidy) <= LONGEST_PART else f"{tidy[: LONGEST_PART - 1]}…"
