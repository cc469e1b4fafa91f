"""Puts the faults of a draft at the cells they speak of, and under the grids as notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qcportal.blueprints.shown.frame import Note
from qcportal.errors import Fault
from qcportal.language import gettext as _

MOST_NOTES = 8


@dataclass(frozen=True)
class Faults:
    """The faults of one document by JSON pointer."""

    by_path: Mapping[str, str]

    @classmethod
    def of(cls, faults: Sequence[Fault]) -> "Faults":
        """Take the faults as the parser gave them."""
        words: dict[str, str] = {}
        for fault in faults:
            words.setdefault(fault.path, sentence(fault))
        return cls(words)

    def at(self, path: str) -> str:
        """Say what is wrong at exactly this place."""
        return self.by_path.get(path, "")

    def under(self, path: str) -> str:
        """Say the first thing that is wrong at this place or inside of it."""
        inside = (
            said for at, said in self.by_path.items() if at == path or at.startswith(path + "/")
        )
        return next(inside, "")

    def count(self, path: str) -> int:
        """Count what is wrong at this place and inside of it."""
        return sum(at == path or at.startswith(path + "/") for at in self.by_path)


def sentence(fault: Fault) -> str:
    """Say a fault and its mend as sentences."""
    said = fault.message.rstrip(".") + "."
    if not fault.suggestion:
        return said
    mend = fault.suggestion[0].upper() + fault.suggestion[1:]
    return f"{said} {mend}" if mend.endswith((".", "?", "!")) else f"{said} {mend}."


def pointer(*parts: str | int) -> str:
    """Give the JSON pointer (RFC 6901) to a place."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def fault_note(where: str, said: str, href: str) -> Note:
    """Give the note under a grid for a fault of one of its cells."""
    return Note("late", "circle-alert", f"{where}:", said, href, _("Go to it"))


def bounded(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Keep the first notes, and say how many more there are."""
    if len(notes) <= MOST_NOTES:
        return tuple(notes)
    more = len(notes) - MOST_NOTES
    rest = Note(
        "late", "info", _("%(n)s more.", n=more), _("Mend these first; the others show then.")
    )
    return (*notes[:MOST_NOTES], rest)
