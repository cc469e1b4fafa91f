"""*Try it* as a page: one item against one book, with rows, checklist, phone and verdict."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from qcportal.blueprints.showing import phone_view, tried_checks, tried_rows
from qcportal.blueprints.showing.phone_view import Steps
from qcportal.blueprints.showing.try_state import FACTS, LINES, TryState, read_facts
from qcportal.blueprints.shown.frame import Link, Note, Option
from qcportal.blueprints.shown.phone_view import PhoneView
from qcportal.blueprints.shown.return_page import Verdict
from qcportal.blueprints.shown.rules_words import fact_words
from qcportal.blueprints.shown.try_it import (
    PickedItem,
    TriedPiece,
    TriedRow,
    TriedTable,
    TryField,
    TryItPage,
    Why,
)
from qcportal.blueprints.shown.verdicts import ITEM_BADGES
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.rules.book import RulebookDocument
from qcportal.rules.checklist import Because, Checklist
from qcportal.rules.compiler import Compiled, compile_checklist
from qcportal.rules.facts import ItemFacts
from qcportal.rules.verdict import ItemVerdict, judge

LABELS = {
    "price": lazy_gettext("Price, ₹"),
    "mrp": lazy_gettext("MRP, ₹"),
    "attributes": lazy_gettext("Attributes, one “name = value” a line"),
    "reference_images": lazy_gettext("Pictures, one address a line"),
}
SHADES = (
    ("", lazy_gettext("As the page")),
    ("light", lazy_gettext("Light")),
    ("dark", lazy_gettext("Dark")),
)


@dataclass(frozen=True)
class Book:
    """The rules that are tried: `version` 0 for a draft; `row_href` leads to a row by its id."""

    document: RulebookDocument
    version: int
    name: str
    row_href: Callable[[str], str]


@dataclass(frozen=True)
class Setting:
    """What surrounds the trial: where it is, which books there are, which items were found."""

    back: Link
    action: str
    books: tuple[Option, ...]
    url: Callable[[TryState], str]
    picture: Callable[[str], str]
    notes: tuple[Note, ...] = ()
    picked: tuple[PickedItem, ...] = ()
    pick_note: str = ""
    merchant: str = ""


@dataclass(frozen=True)
class Trial:
    """One item tried: its facts, the checklist, and the verdict once anything is answered."""

    facts: ItemFacts
    wrong: Mapping[str, str]
    compiled: Compiled
    verdict: ItemVerdict | None

    @property
    def checklist(self) -> Checklist:
        """Give the checklist that results."""
        return self.compiled.checklist


def attempt(book: Book, state: TryState) -> Trial:
    """Try the state on the book, by the functions that intake and the door use."""
    facts, wrong = read_facts(state)
    compiled = compile_checklist(book.document, facts, rulebook_version=book.version)
    given = tried_checks.answers(compiled.checklist, state)
    verdict = judge(compiled.checklist, given) if given else None
    return Trial(facts, wrong, compiled, verdict)


def build(book: Book, state: TryState, setting: Setting) -> TryItPage:
    """Build the page."""
    trial = attempt(book, state)
    checklist = trial.checklist
    said = tried_checks.words(checklist, state)
    return TryItPage(
        back=setting.back,
        action=setting.action,
        books=setting.books,
        book=state.book,
        book_name=book.name,
        fields=_fields(book.document, state, trial.wrong),
        phone=_phone(trial, state, setting, said),
        pick=state.pick,
        picked=setting.picked,
        pick_note=setting.pick_note,
        notes=setting.notes,
        tables=tables(book, trial.facts),
        checks=tried_checks.views(checklist, _ground(book, trial, state)),
        unasked=tried_checks.unasked(trial.compiled.outcomes, _questions(book.document)),
        route=_route(checklist, book),
        verdict=verdict_card(trial.verdict, len(said), checklist) if trial.verdict else None,
        pieces=_pieces(trial.verdict),
        clear_answers=setting.url(replace(state, answers={}, unable={}, open="")) if said else "",
        open_check=state.open,
        phone_shade=state.phone,  # type: ignore[arg-type]
        shades=tuple(
            (shade, label, setting.url(replace(state, phone=shade))) for shade, label in SHADES
        ),
        merchant=setting.merchant,
    )


def tables(book: Book, facts: ItemFacts) -> tuple[TriedTable, ...]:
    """Give the rows that concern the item: of the tables of its category, and for every item."""
    shown = []
    for key, title, rules in tried_rows.by_table(book.document):
        if not _concerns(book.document, key, facts):
            continue
        rows = tuple(
            TriedRow(
                number=number,
                title=rule.title,
                fits=rule.fits(facts),
                reason=tried_rows.first_reason(rule, facts),
                asks=tried_rows.asks_words(rule),
                href=book.row_href(rule.id),
                route=tried_rows.ROUTES.get(rule.qc, ""),
            )
            for number, rule in enumerate(rules, 1)
        )
        shown.append(TriedTable(title, rows))
    return tuple(shown)


def verdict_card(verdict: ItemVerdict, answered: int, checklist: Checklist) -> Verdict:
    """Show a verdict with what decided it."""
    badge = ITEM_BADGES[verdict.result]
    count = len(checklist.checks)
    return Verdict(
        tone=badge.tone,
        icon=badge.icon,
        headline=badge.text,
        consequence=_consequence(answered, count),
        because=verdict.because,
    )


def _fields(
    book: RulebookDocument, state: TryState, wrong: Mapping[str, str]
) -> tuple[TryField, ...]:
    known = {"category": sorted({name for table in book.tables for name in table.categories})}
    return tuple(
        TryField(
            name=name,
            label=LABELS.get(name) or fact_words(name),
            value=state.typed.get(name, ""),
            error=wrong.get(name, ""),
            lines=name in LINES,
            suggestions=tuple(known.get(name, ())),
        )
        for name in FACTS
    )


def _phone(trial: Trial, state: TryState, setting: Setting, said: Mapping[str, str]) -> PhoneView:
    steps = Steps(
        said=said,
        chosen=state.answers,
        open=state.open,
        at=lambda key: setting.url(replace(state, open=key)),
        answer=lambda key, value: setting.url(state.answering(key, value)),
        picture=setting.picture(trial.facts.sku) if trial.facts.sku else "",
        dark={"dark": True, "light": False}.get(state.phone),
    )
    name = trial.facts.name or trial.facts.sku
    return phone_view.build(name, trial.checklist.for_phone(), steps)


def _consequence(answered: int, count: int) -> str:
    answers = ngettext("%(num)s answer", "%(num)s answers", answered)
    checks = ngettext("%(num)s check", "%(num)s checks", count)
    if count == answered:
        return _("%(answers)s to %(checks)s.", answers=answers, checks=checks)
    return _(
        "%(answers)s to %(checks)s; %(n)s count as not checked.",
        answers=answers,
        checks=checks,
        n=count - answered,
    )


def _ground(book: Book, trial: Trial, state: TryState) -> tried_checks.Ground:
    standing = tried_rows.places(book.document)
    rules = {rule.id: rule for rule in book.document.rules}

    def why(because: Because) -> Why:
        rule = rules.get(because.rule_id)
        if rule is None:
            return Why(because.title, because.when or _("every item"), "")
        name = f"{standing[rule.id].name}, {rule.title}"
        return Why(name, tried_rows.condition_words(rule), book.row_href(rule.id))

    findings = {each.check_key: each for each in trial.verdict.findings} if trial.verdict else {}
    changes = tried_checks.changes_by_check(trial.compiled.outcomes)
    return tried_checks.Ground(state, findings, changes, why)


def _route(checklist: Checklist, book: Book) -> str:
    if checklist.routed_by is None:
        return ""
    place = tried_rows.places(book.document).get(checklist.routed_by.rule_id)
    row = f"{place.name}, “{checklist.routed_by.title}”" if place else checklist.routed_by.title
    if checklist.qc == "none":
        return _("No check is asked: %(row)s says so.", row=row)
    return _("Photos only, nothing can fail: %(row)s says so.", row=row)


def _pieces(verdict: ItemVerdict | None) -> tuple[TriedPiece, ...]:
    units = verdict.units if verdict else ()
    return tuple(
        TriedPiece(_("Piece %(unit)s", unit=each.unit), ITEM_BADGES[each.result]) for each in units
    )


def _questions(book: RulebookDocument) -> dict[str, str]:
    return {check.key: check.question for rule in book.rules for check in rule.checks}


def _concerns(book: RulebookDocument, key: str, facts: ItemFacts) -> bool:
    category = facts.folded.get("category")
    return not key or any(table.key == key and category in table.folded for table in book.tables)
