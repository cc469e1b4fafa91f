"""A reader of untrusted JSON that collects every fault with its place instead of stopping."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.rules.canonical import is_clean
from qcportal.rules.facts import nearest

MAX_FAULTS = 200
NO_SUCH = {
    "check type": lazy_gettext("%(word)s is no check type"),
    "reason code": lazy_gettext("%(word)s is no reason code"),
    "capture kind": lazy_gettext("%(word)s is no capture kind"),
    "verdict": lazy_gettext("%(word)s is no verdict"),
    "default": lazy_gettext("%(word)s is no default"),
    "route": lazy_gettext("%(word)s is no route"),
    "table": lazy_gettext("%(word)s is no table"),
}


class _Missing:
    """What a place holds when its key was not sent."""

    def __bool__(self) -> bool:
        return False


MISSING = _Missing()


@dataclass(frozen=True)
class Place:
    """One place of the input: its value, its JSON pointer and the list its faults go to."""

    value: object
    path: str
    faults: list[Fault]

    @property
    def is_missing(self) -> bool:
        """Tell whether nothing, or null, was sent here."""
        return self.value is MISSING or self.value is None

    def fault(self, code: str, message: str, suggestion: str | None = None) -> None:
        """Note a fault here; after MAX_FAULTS the rest is not worth reading."""
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(self.path, code, message, suggestion))

    def at(self, key: str | int) -> "Place":
        """Give the place below this one, which may be missing."""
        below: object = MISSING
        if isinstance(self.value, Mapping):
            below = self.value.get(key, MISSING)
        elif isinstance(self.value, list) and isinstance(key, int):
            below = self.value[key]
        return Place(below, f"{self.path}/{_pointer(key)}", self.faults)

    def is_object(self, known: Collection[str]) -> bool:
        """Check for an object and fault every key that is not known."""
        if not isinstance(self.value, Mapping):
            self._wrong_type(_("an object"))
            return False
        for key in self.value:
            if len(self.faults) >= MAX_FAULTS:
                break
            if key not in known:
                near = nearest(str(key).lower(), sorted(known))
                hint = (
                    _("did you mean %(word)s?", word=repr(near))
                    if near
                    else _("known here: %(list)s", list=", ".join(known))
                )
                place = Place(None, f"{self.path}/{_pointer(key)}", self.faults)
                place.fault("unknown_key", _("There is no key %(key)s here", key=_short(key)), hint)
        return True

    def items(self, *, most: int) -> Iterator["Place"]:
        """Give the places of a list of at most `most`; a missing list is empty."""
        if self.is_missing:
            return
        if not isinstance(self.value, list):
            self._wrong_type(_("a list"))
            return
        if len(self.value) > most:
            self.fault(
                "too_many",
                _(
                    "At most %(most)s are allowed here, %(n)s were sent",
                    most=most,
                    n=len(self.value),
                ),
            )
            return
        for number in range(len(self.value)):
            if len(self.faults) >= MAX_FAULTS:
                return
            yield self.at(number)

    def entries(self, *, most: int) -> Iterator[tuple[str, "Place"]]:
        """Give the key and the place of each entry of an object; a missing one has none."""
        if self.is_missing:
            return
        if not isinstance(self.value, Mapping):
            self._wrong_type(_("an object"))
            return
        if len(self.value) > most:
            self.fault(
                "too_many",
                _(
                    "At most %(most)s are allowed here, %(n)s were sent",
                    most=most,
                    n=len(self.value),
                ),
            )
            return
        for key in self.value:
            yield str(key), self.at(key)

    def named(self, name: str) -> "Place":
        """Give the place with its own name as the value, to be read like any other text."""
        return Place(name, self.path, self.faults)

    def typed(self, *, most: int) -> str | None:
        """Give a text as it was typed, for a reader with faults of its own; None for no text."""
        if not isinstance(self.value, str):
            self._wrong_type(_("a text"))
            return None
        if len(self.value) > most:
            self.fault("too_long", _("At most %(most)s characters are allowed here", most=most))
            return None
        return self.value

    def text(self, *, most: int, default: str | None = None) -> str:
        """Give a trimmed clean text of 1 to `most` characters; required without a default."""
        if self.is_missing and default is not None:
            return default
        if not isinstance(self.value, str):
            self._wrong_type(_("a text"))
            return ""
        if len(self.value) > most:
            self.fault("too_long", _("At most %(most)s characters are allowed here", most=most))
            return ""
        if not is_clean(self.value):
            self.fault("bad_characters", _("Control characters are not allowed in a text"))
            return ""
        text = self.value.strip()
        if not text and default is None:
            self.fault("blank", _("This must not be blank"))
        return text

    def word(self, known: Collection[str], *, what: str, default: str | None = None) -> str:
        """Give one of the known words; required without a default."""
        word = self.text(most=200, default=default)
        if word and word not in known:
            near = nearest(word.lower().replace("-", "_"), sorted(known))
            near = near or nearest(word.upper(), sorted(known))
            hint = (
                _("did you mean %(word)s?", word=repr(near))
                if near
                else _("one of: %(list)s", list=", ".join(sorted(known)))
            )
            self.fault(
                "unknown_" + what.replace(" ", "_"),
                _(NO_SUCH[what], word=_short(word)),
                hint,
            )
            return ""
        return word

    def flag(self, *, default: bool) -> bool:
        """Give true or false."""
        if self.is_missing:
            return default
        if not isinstance(self.value, bool):
            self._wrong_type(_("true or false"))
            return default
        return self.value

    def count(self, *, least: int, most: int, default: int) -> int:
        """Give a whole number between two bounds."""
        if self.is_missing:
            return default
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self._wrong_type(_("a whole number"))
            return default
        if not least <= self.value <= most:
            self.fault(
                "out_of_range",
                _("This must be between %(least)s and %(most)s", least=least, most=most),
            )
            return default
        return self.value

    def number(self, *, least: float, most: float, default: float) -> float:
        """Give a number between two bounds (NaN lies between none)."""
        if self.is_missing:
            return default
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self._wrong_type(_("a number"))
            return default
        if not least <= self.value <= most:
            self.fault(
                "out_of_range",
                _(
                    "This must be between %(least)s and %(most)s",
                    least=format(least, "g"),
                    most=format(most, "g"),
                ),
            )
            return default
        return float(self.value)

    def _wrong_type(self, wanted: str) -> None:
        if self.is_missing:
            self.fault("missing", _("This must be %(wanted)s, and is missing", wanted=wanted))
            return
        self.fault(
            "wrong_type",
            _(
                "This must be %(wanted)s, not %(type_name)s",
                wanted=wanted,
                type_name=_type_name(self.value),
            ),
        )


def _type_name(value: object) -> str:
    if isinstance(value, bool):
        return _("true or false")
    names: Mapping[type, str] = {
        dict: _("an object"),
        list: _("a list"),
        str: _("a text"),
        int: _("a number"),
        float: _("a fraction"),
    }
    return names.get(type(value), _("something else"))


def _short(value: object) -> str:
    text = repr(value) if isinstance(value, str) else type(value).__name__
    return text if len(text) <= 60 else f"{text[:57]}..."


def _pointer(key: object) -> str:
    """Escape a key as RFC 6901 wants it; what UTF-8 cannot write becomes a question mark."""
    writable = str(key)[:100].encode("utf-8", "replace").decode("utf-8")
    return writable.replace("~", "~0").replace("/", "~1")
