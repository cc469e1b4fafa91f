"""What is typed on *Try it*, read out of the address and written back into one.

The address is the whole state: which rules, the item's facts, and the answers that are tried.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from qcportal.language import gettext as _
from qcportal.rules.facts import ItemFacts, read_number

LONGEST = 300
LONGEST_LINES = 4_000
MOST_ANSWERS = 400
MOST_ATTRIBUTES = 60
DRAFT = "draft"
FACT = "f."  # a field of a form named like a property of the form would hide that
TEXTS = ("sku", "name", "brand", "category", "return_reason", "city", "pincode")
AMOUNTS = ("price", "mrp")
COUNTS = ("quantity", "customer_return_count")
LINES = ("attributes", "reference_images")
FACTS = (
    "sku", "name", "brand", "category", "price", "mrp", "quantity", "return_reason", "city",
    "pincode", "customer_return_count", *LINES,
)  # fmt: skip
_KEY = re.compile(r"[a-z0-9_-]{1,80}")


@dataclass(frozen=True)
class TryState:
    """The state: texts of the facts as typed, `answers` by check key, `unable` where none was.

    `book` is "draft" or a version's number as text; `open` the check that the phone shows;
    `phone` "light", "dark" or "" for the page's own colours.
    """

    book: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    unable: Mapping[str, str] = field(default_factory=dict)
    pick: str = ""
    open: str = ""
    phone: str = ""

    def args(self) -> dict[str, str]:
        """Give the query arguments that bring this state back."""
        plain = {"book": self.book, "open": self.open, "phone": self.phone}
        plain |= {f"{FACT}{name}": text for name, text in self.typed.items()}
        plain |= {f"a.{key}": value for key, value in self.answers.items()}
        plain |= {f"r.{key}": value for key, value in self.unable.items()}
        return {name: value for name, value in plain.items() if value}

    def answering(self, key: str, value: str) -> "TryState":
        """Give the state with one more answer, and the phone at the next open check."""
        unable = {name: each for name, each in self.unable.items() if name != key}
        return replace(self, answers={**self.answers, key: value}, unable=unable, open="")


def read(args: MultiDict[str, str]) -> TryState:
    """Read the state; what is too long is cut, what is unknown left out."""
    typed = {name: _text(args, name) for name in FACTS}
    phone = args.get("phone", "")
    return TryState(
        book=args.get("book", "")[:8],
        typed={name: text for name, text in typed.items() if text},
        answers=_keyed(args, "a."),
        unable=_keyed(args, "r."),
        pick=args.get("pick", "").strip()[:120],
        open=args.get("open", "")[:80],
        phone=phone if phone in {"light", "dark"} else "",
    )


def read_facts(state: TryState) -> tuple[ItemFacts, dict[str, str]]:
    """Give the item's facts and, by field, what could not be read and was left out."""
    typed, wrong = state.typed, {}
    numbers: dict[str, float | None] = {}
    for name in (*AMOUNTS, *COUNTS):
        numbers[name] = number = read_number(typed.get(name, ""))
        if typed.get(name) and not _is_fit(name, number):
            numbers[name] = None
            wrong[name] = _wanted(name)
    attributes, fault = _attributes(typed.get("attributes", ""))
    wrong |= {"attributes": fault} if fault else {}
    before = numbers["customer_return_count"]
    facts = ItemFacts(
        **{name: typed.get(name, "") for name in TEXTS},
        price=numbers["price"],
        mrp=numbers["mrp"],
        quantity=int(numbers["quantity"] or 1),
        customer_return_count=None if before is None else int(before),
        attributes=attributes,
        reference_images=tuple(typed.get("reference_images", "").split())[:10],
    )
    return facts, wrong


def typed_of(facts: ItemFacts) -> dict[str, str]:
    """Write an item's facts as they would be typed."""
    typed = {name: getattr(facts, name) for name in TEXTS}
    typed |= {name: _plain(getattr(facts, name)) for name in (*AMOUNTS, *COUNTS)}
    typed["attributes"] = "\n".join(
        f"{name} = {' '.join(value.split())}" for name, value in facts.attributes.items()
    )
    typed["reference_images"] = "\n".join(facts.reference_images)
    return {name: text[:LONGEST_LINES] for name, text in typed.items() if text}


def _text(args: MultiDict[str, str], name: str) -> str:
    if name in LINES:
        return args.get(FACT + name, "").replace("\r\n", "\n").strip()[:LONGEST_LINES]
    return args.get(FACT + name, "").strip()[:LONGEST]


def _keyed(args: MultiDict[str, str], prefix: str) -> dict[str, str]:
    found = {
        name.removeprefix(prefix): value.strip()[:LONGEST]
        for name, value in list(args.items())[:MOST_ANSWERS]
        if name.startswith(prefix) and value.strip()
    }
    return {key: value for key, value in found.items() if _KEY.fullmatch(key)}


def _is_fit(name: str, number: float | None) -> bool:
    if number is None or number < 0:
        return False
    return name in AMOUNTS or (number.is_integer() and (name != "quantity" or number >= 1))


def _wanted(name: str) -> str:
    if name in AMOUNTS:
        return _("Type rupees like 1499.50. It was left out.")
    return _("Type a whole number. It was left out.")


def _attributes(text: str) -> tuple[dict[str, str], str]:
    named: dict[str, str] = {}
    wrong: list[str] = []
    for line in _filled(text.split("\n")):
        name, sign, value = line.partition("=")
        if not sign or not name.strip():
            wrong.append(line)
        elif len(named) < MOST_ATTRIBUTES and value.strip():
            named.setdefault(name.strip()[:60], value.strip()[:LONGEST])
    if wrong:
        return named, _("Write name = value. Left out: “%(line)s”.", line=wrong[0][:60])
    return named, ""


def _filled(lines: Iterable[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _plain(number: float | None) -> str:
    if number is None:
        return ""
    return str(int(number)) if float(number).is_integer() else f"{number:.2f}"
