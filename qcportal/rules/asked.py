"""What a checklist asks, in a form in which two checklists are quick to compare."""

from collections.abc import Mapping
from dataclasses import dataclass

from qcportal.rules.checklist import Check, Checklist, Slot

OWN_QUESTION = "q-"
"""How the keys of a merchant's own questions start, which no rule asks."""


@dataclass(frozen=True)
class Asked:
    """The checks by key, as the executive sees them and with what they are compared.

    `also` are the other words for the right answers, `rows` what the answers mean: neither is
    seen, and both decide. `own` and `own_slots` are the merchant's own questions.
    """

    checks: Mapping[str, tuple[object, ...]]
    questions: Mapping[str, str]
    last_digits: Mapping[str, int]
    also: Mapping[str, tuple[str, ...]]
    slots: frozenset[str]
    rows: tuple[tuple[object, ...], ...]
    own: tuple[Check, ...] = ()
    own_slots: tuple[Slot, ...] = ()


def read_asked(checklist: Checklist) -> Asked:
    """Give what a checklist asks; reasons and titles of rows are left out."""
    checks = checklist.checks
    own = tuple(check for check in checks if check.key.startswith(OWN_QUESTION))
    names = {slot for check in own for slot in check.slots}
    return Asked(
        checks={check.key: _seen(check) for check in checks},
        questions={check.key: check.question for check in checks},
        last_digits={check.key: check.last_digits for check in checks if check.last_digits},
        also={check.key: check.also for check in checks if check.also},
        slots=frozenset(slot.key for slot in checklist.slots),
        rows=tuple((row.verdict, *row.answers) for row in checklist.rows),
        own=own,
        own_slots=tuple(slot for slot in checklist.slots if slot.key in names),
    )


NOTHING = read_asked(Checklist(0))


def _seen(check: Check) -> tuple[object, ...]:
    return (
        check.type,
        check.question,
        check.help,
        check.required,
        check.expected,
        check.choices,
        check.tolerance,
        check.reference_images,
        check.reason_code,
        check.slots,
        check.unit,
        check.last_digits,
    )
