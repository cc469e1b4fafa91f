"""What stands out in the rows that say what answers mean, of which the first that fits decides."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qcportal.language import gettext as _
from qcportal.rules.analysis.answers import Answers, Said
from qcportal.rules.analysis.boxes import Box, Budget, TooMany, find_outside, is_empty, meet, within
from qcportal.rules.analysis.finding import Finding, Names, capital, listed, row_words
from qcportal.rules.book import CheckSpec, Decision, Rule, RulebookDocument

ONE_QUESTION = 3_000
MOST_REDUCED = 12


@dataclass(frozen=True)
class Scope:
    """The decision rows of one table, or those of every item with an empty key.

    `after` are the rows that are read after them. `asked` are the checks that its items can be
    asked, `always` the keys of those that every one of them is asked.
    """

    table: str
    rows: tuple[Decision, ...]
    after: tuple[Decision, ...]
    asked: Mapping[str, CheckSpec]
    always: frozenset[str]
    routed: bool


class _Read(NamedTuple):
    """A row with the answers that fit it; `clear` is False where more may lie in its box."""

    row: Decision
    box: Box
    clear: bool

    def stands_with(self, other: "_Read", always: frozenset[str]) -> bool:
        """Tell whether this row is on every checklist that has the other one.

        A row that looks at a check which an item is not asked is left out of its checklist.
        """
        return all(key in other.row.answers or key in always for key in self.row.answers)


def scopes(book: RulebookDocument) -> Iterator[Scope]:
    """Give the scope of every table that has decision rows."""
    routed = any(rule.qc == "photos_only" for rule in book.rules)
    last = tuple(row for row in book.decisions if not row.table)
    for key in (*(table.key for table in book.tables), ""):
        rows = tuple(row for row in book.decisions if row.table == key)
        rules = [rule for rule in book.rules if not key or rule.table in _beside(key, book)]
        plain = [
            rule for rule in rules if rule.table in ("", key) and not (rule.cells or rule.when)
        ]
        always = frozenset(check.key for rule in plain for check in rule.checks)
        if rows:
            yield Scope(key, rows, last if key else (), _asked(rules), always, routed)


def _beside(key: str, book: RulebookDocument) -> set[str]:
    """Give the tables whose rows an item of the table can meet: those that share a category."""
    folded = {table.key: table.folded for table in book.tables}
    return {"", *(other for other, mine in folded.items() if mine & folded[key])}


def _asked(rules: Sequence[Rule]) -> dict[str, CheckSpec]:
    """Give the checks by key, required where any of the rules requires them."""
    asked: dict[str, CheckSpec] = {}
    for check in (check for rule in rules for check in rule.checks):
        if check.key not in asked or (check.required and not asked[check.key].required):
            asked[check.key] = check
    return asked


def find_in(scope: Scope, names: Names, budget: Budget) -> Iterator[Finding]:
    """Give what stands out in one table's rows."""
    yield from _silent(scope, names)
    yield from _not_asked(scope, names)
    rows = [row for row in scope.rows if row.answers.keys() <= scope.asked.keys()]
    after = [row for row in scope.after if row.answers.keys() <= scope.asked.keys()]
    named = dict.fromkeys(key for row in (*rows, *after) for key in row.answers)
    specs = {key: scope.asked[key] for key in named}
    answers = Answers(specs, (*rows, *after), routed=scope.routed)
    read = [_Read(row, answers.box(row), answers.clear(row)) for row in rows]
    covers: list[_Read] = []
    too_many: list[Decision] = [each.row for each in read if not each.clear]
    for each in read:
        if is_empty(each.box):
            yield _never(each.row, scope, names)
            continue
        earlier = [cover for cover in covers if cover.stands_with(each, scope.always)]
        try:
            by = _shadows(each.box, earlier, budget.share(ONE_QUESTION))
        except TooMany:
            too_many.append(each.row)
            by = []
        if by:
            yield _shadowed(each.row, by, scope, names)
        elif each.clear:
            covers.append(each)
    boxes = [each.box for each in read] + [answers.box(row) for row in after]
    yield from _undecided(scope, boxes, answers, budget)
    if too_many:
        yield _unchecked(too_many, scope, names)


def _silent(scope: Scope, names: Names) -> Iterator[Finding]:
    for row in scope.rows:
        if row.verdict != "pass" and not row.say.strip():
            name = capital(names.row(row, seen_from=scope.table))
            if row.verdict == "fail":
                says = _("%(row)s fails an item without a word why.", row=name)
            else:
                says = _("%(row)s lets an item wait for a look without a word why.", row=name)
            says = f"{says} {_('Fill in what the merchant is told.')}"
            yield Finding("silent", "warning", "decisions", scope.table, (row.id,), says, "say")


def _not_asked(scope: Scope, names: Names) -> Iterator[Finding]:
    for row in scope.rows:
        missing = next((key for key in row.answers if key not in scope.asked), None)
        if missing is None:
            continue
        says = _(
            "%(row)s can never decide. No row of this table asks the check %(check)s that it "
            "looks at. Ask it here, or empty the cell.",
            row=capital(names.row(row, seen_from=scope.table)),
            check=repr(missing),
        )
        yield Finding("never", "warning", "decisions", scope.table, (row.id,), says, missing)


def _never(row: Decision, scope: Scope, names: Names) -> Finding:
    says = _(
        "%(row)s can never decide. No answer to a check fits its cell as that check is asked. "
        "Change the cell.",
        row=capital(names.row(row, seen_from=scope.table)),
    )
    return Finding("never", "warning", "decisions", scope.table, (row.id,), says)


def _shadows(box: Box, earlier: list[_Read], budget: Budget) -> list[Decision]:
    """Give the earlier rows that take every case of the box, one of them where one is enough."""
    for cover in earlier:
        if within(box, cover.box):
            return [cover.row]
    meeting = [cover for cover in earlier if meet(box, cover.box) is not None]
    if find_outside(box, [cover.box for cover in meeting], budget) is not None:
        return []
    return _fewer(box, meeting, budget)


def _fewer(box: Box, meeting: list[_Read], budget: Budget) -> list[Decision]:
    """Leave out the rows without which the others still take everything."""
    for each in reversed(list(meeting)):
        others = [other for other in meeting if other is not each]
        if len(meeting) > MOST_REDUCED:
            break
        if find_outside(box, [other.box for other in others], budget) is None:
            meeting = others
    return [cover.row for cover in meeting]


def _shadowed(row: Decision, by: Sequence[Decision], scope: Scope, names: Names) -> Finding:
    told = {
        "start": capital(row_words(names.number(row))),
        "row": row_words(names.number(row)),
        "others": capital(names.rows(by, seen_from=scope.table)),
        "first": names.rows(by[:1], seen_from=scope.table),
    }
    if len(by) == 1:
        says = _(
            "%(start)s can never decide. %(others)s already decides every case that fits %(row)s. "
            "Delete %(row)s, or move it above %(first)s.",
            **told,
        )
    else:
        says = _(
            "%(start)s can never decide. %(others)s already together decide every case that fits "
            "%(row)s. Delete %(row)s, or move it above %(first)s.",
            **told,
        )
    ids = (row.id, *(each.id for each in by))
    return Finding("shadowed", "warning", "decisions", scope.table, ids, says)


def _undecided(
    scope: Scope, boxes: Sequence[Box], answers: Answers, budget: Budget
) -> Iterator[Finding]:
    """Say with one case that some answers fit no row: no mistake, the standing rule holds there."""
    covers = [box for box in boxes if not is_empty(box)]
    try:
        left = find_outside(answers.everything, covers, budget.share(ONE_QUESTION))
    except TooMany:
        return
    sample = answers.sample(left) if left is not None else {}
    if all(said.result == "not_checked" for said in sample.values()):
        return
    case = listed([f"“{said.check.question}” {said.in_words()}" for said in sample.values()])
    some = _("Some answers fit no row, such as %(case)s.", case=case)
    says = f"{some} {_('The standing rule decides these.')} {_standing(scope, sample)}"
    shown = tuple((key, said.in_words()) for key, said in sample.items())
    yield Finding("missing", "note", "decisions", scope.table, (), says, sample=shown)


def _standing(scope: Scope, sample: Mapping[str, Said]) -> str:
    """Say what holds without a row: only required checks count, a mismatch before all else."""
    required = [said for key, said in sample.items() if scope.asked[key].required]
    if any(said.result == "mismatch" for said in required):
        return _("As far as these checks go, it fails such an item.")
    if any(said.result == "not_checked" for said in required):
        return _("As far as these checks go, it lets such an item wait for a look.")
    return _("As far as these checks go, it lets such an item pass.")


def _unchecked(rows: Sequence[Decision], scope: Scope, names: Names) -> Finding:
    which = names.rows(rows, seen_from=scope.table)
    says = _(
        "There are too many combinations to check %(rows)s against the rows above. "
        "What is said here is true, but a row that never decides may be left.",
        rows=which,
    )
    ids = tuple(row.id for row in rows)
    return Finding("unchecked", "note", "decisions", scope.table, ids, says)
