"""The rows of what answers mean: the first one that fits a piece's answers decides."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

from qcportal.rules.answer_cells import AnswerCellError, read_answer_cell
from qcportal.rules.checklist import Check, Row
from qcportal.rules.findings import Answer, Finding


class Asked(NamedTuple):
    """A check with what was found and what was answered to it, if anything was."""

    check: Check
    finding: Finding
    answer: Answer | None

    @property
    def brief(self) -> str:
        """Say in a few words what was found: the executive's own, else the answer as given."""
        remarks = (self.answer.remarks or "").strip() if self.answer else ""
        value = (self.answer.value or "").strip() if self.answer else ""
        if remarks:
            return remarks
        if self.finding.result == "not_checked":
            return f"{self.check.question} Not checked"
        return f"{self.check.question} {value[:1].upper()}{value[1:]}".strip()


class Decided(NamedTuple):
    """A result with its reason in full and in a few words."""

    result: Literal["pass", "fail", "needs_review", "not_inspected"]
    because: str
    brief: str


def decide_by_rows(asked: Sequence[Asked], rows: Sequence[Row]) -> Decided | None:
    """Let the first row that fits decide; None where no row does.

    A row cannot pass over a required check that was not checked: that still needs a look.
    """
    by_key = {row_key(each.check): each for each in asked}
    row = next((row for row in rows if _fits(row, by_key)), None)
    if row is None:
        return None
    why = "; ".join(name(each.check, each.finding) for each in _grounds(row, by_key))
    told = "Sent for a look" if row.verdict == "needs_review" else "Decided"
    because = f"{told} by {row.name}" + (f": {row.say}" if row.say else "")
    because = f"{because.rstrip('.')}. {why}." if why else f"{because.rstrip('.')}."
    missing = next((each for each in asked if _is_missing(each)), None)
    if row.verdict == "pass" and missing is not None:
        text = f"“{missing.check.question}” was not checked, so {row.name} cannot pass it."
        return Decided("needs_review", text, missing.brief)
    return Decided(row.verdict, because, row.say or _brief(row, by_key))


def row_key(check: Check) -> str:
    """Give the key by which rows name a check: of the third piece's `tag_3` it is `tag`."""
    return check.key.removesuffix(f"_{check.unit}") if check.unit > 1 else check.key


def is_all(asked: Sequence[Asked], results: Collection[str]) -> bool:
    """Tell whether every check came out as one of these results."""
    return all(each.finding.result in results for each in asked)


def name(check: Check, found: Finding) -> str:
    """Name a check together with what was found."""
    return f"“{check.question}” {found.explanation}"


def _fits(row: Row, by_key: Mapping[str, Asked]) -> bool:
    return all(_fits_cell(by_key.get(key), cell) for key, cell in row.answers)


def _fits_cell(asked: Asked | None, cell: str) -> bool:
    """Tell whether an answer fits a cell; what is not asked fits an empty cell only.

    A cell that cannot be read for the check as it is asked now, such as `red` for one that turned
    visual, fits nothing: the row speaks of answers that cannot come.
    """
    if asked is None:
        return cell.strip().lower() in {"", "any"}
    try:
        test = read_answer_cell(asked.check, cell)
    except AnswerCellError:
        return False
    value = asked.answer.value if asked.answer else None
    return test is None or test.fits(asked.finding.result, value, asked.check)


def _grounds(row: Row, by_key: Mapping[str, Asked]) -> list[Asked]:
    return [by_key[key] for key, _ in row.answers if key in by_key]


def _brief(row: Row, by_key: Mapping[str, Asked]) -> str:
    grounds = _grounds(row, by_key)
    return "; ".join(each.brief for each in grounds) if grounds else f"Decided by {row.name}"


def _is_missing(asked: Asked) -> bool:
    return asked.check.required and asked.finding.result == "not_checked"
