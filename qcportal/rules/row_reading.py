"""Reads the tables of a rulebook document and the rows that say what is asked."""

from collections.abc import Collection, Mapping

from qcportal.language import gettext as _
from qcportal.rules.book import Qc, Rule, Table
from qcportal.rules.canonical import fold
from qcportal.rules.cells import MAX_CELL, CellError, quoted, read_cell
from qcportal.rules.check_reading import read_check, read_key, read_slots
from qcportal.rules.conditions import ConditionError, compile_condition
from qcportal.rules.places import Place
from qcportal.rules.tokens import tokenise

MAX_CHECKS = 50
MAX_TITLE = 120
MAX_CATEGORIES = 50
MAX_CATEGORY = 100
MAX_CATEGORY_LETTERS = 1000  # leaves half of a condition to the cells and the expression
MAX_CELLS = 20
MAX_FAULTY_CONDITIONS = 20  # the rest are not read: a faulty one takes up to 2 ms

_ROUTES: Mapping[str, Qc] = {"full": "full", "photos_only": "photos_only", "none": "none"}
_KEYS = ("id", "title", "table", "cells", "when", "qc", "checks", "photos")


def read_table(place: Place) -> Table:
    """Read one decision table; categories that differ in case or spacing only are one."""
    if not place.is_object(("key", "title", "categories")):
        return Table("", "", ())
    return Table(
        key=read_key(place.at("key")),
        title=place.at("title").text(most=MAX_TITLE),
        categories=_categories(place.at("categories")),
    )


def read_rule(place: Place, kinds: Collection[str], tables: Mapping[str, Table]) -> Rule:
    """Read one row of what is asked."""
    if not place.is_object(_KEYS):
        return Rule("", "")
    before = len(place.faults)
    checks = place.at("checks").items(most=MAX_CHECKS)
    table = read_table_name(place.at("table"), tables)
    qc = place.at("qc").word(_ROUTES, what="route", default="full")
    rule = Rule(
        id=read_key(place.at("id")),
        title=place.at("title").text(most=MAX_TITLE),
        when=_condition(place.at("when")),
        checks=tuple(read_check(check, kinds) for check in checks),
        photos=read_slots(place.at("photos"), kinds),
        table=table,
        categories=tables[table].categories if table else (),
        cells=_cells(place.at("cells")),
        qc=_ROUTES.get(qc, "full"),
    )
    _check_asks(place, qc)
    if len(place.faults) == before:
        _check_whole(place, rule)
    return rule


def read_table_name(place: Place, tables: Mapping[str, Table]) -> str:
    """Read the key of one of the document's tables; empty for a row that is in none."""
    return place.word(tables, what="table", default="")


def _categories(place: Place) -> tuple[str, ...]:
    unique: dict[str, str] = {}
    for each in place.items(most=MAX_CATEGORIES):
        name = _quotable(each)
        unique.setdefault(fold(name), name)
    unique.pop("", None)
    if not place.value:
        place.fault("empty", _("A table is for at least one product category"))
    if sum(len(name) for name in unique.values()) > MAX_CATEGORY_LETTERS:
        message = _(
            "All categories together have over %(n)s characters",
            n=format(MAX_CATEGORY_LETTERS, ","),
        )
        place.fault("too_long", message, _("make two tables of it"))
    return tuple(unique.values())


def _quotable(place: Place) -> str:
    name = " ".join(place.text(most=MAX_CATEGORY).split())
    try:
        quoted(name)
    except CellError as error:
        place.fault("bad_characters", error.message, error.suggestion)
    return name


def _condition(place: Place) -> str:
    if place.is_missing:
        return ""
    if not isinstance(place.value, str):
        return place.text(most=1)
    if sum(fault.code == "condition" for fault in place.faults) >= MAX_FAULTY_CONDITIONS:
        return ""
    try:
        compile_condition(place.value)
    except ConditionError as error:
        message = _(
            "%(message)s (character %(column)s)", message=error.message, column=error.column
        )
        place.fault("condition", message, error.suggestion)
        return ""
    return place.value.strip()


def _cells(place: Place) -> Mapping[str, str]:
    return {
        name: cell
        for name, inner in place.entries(most=MAX_CELLS)
        if (cell := _cell(name, inner)) is not None
    }


def _cell(name: str, place: Place) -> str | None:
    text = place.typed(most=MAX_CELL)
    try:
        if text is None or read_cell(name, text) is None:
            return None
    except CellError as error:
        place.fault("cell", error.message, error.suggestion)
        return None
    return " ".join(text.split())


def _check_asks(place: Place, qc: str) -> None:
    if place.at("checks").value or place.at("photos").value or qc != "full":
        return
    place.fault("asks_nothing", _("This rule asks nothing"), _("give it checks or photos"))


def _check_whole(place: Place, rule: Rule) -> None:
    """Hold the row's parts together to the bounds of one condition."""
    if rule.condition == rule.when:
        return
    try:
        tokenise(rule.condition)
    except ConditionError as error:
        message = _(
            "The tests of this row are too much together: %(message)s", message=error.message
        )
        place.fault("too_long", message, _("make two rows of it"))
