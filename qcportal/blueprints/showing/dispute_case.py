"""One dispute with everything about it, as the merchant's page and the carrier's desk show it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flask import url_for

from qcportal import clock
from qcportal.blueprints.showing.dispute_clocks import clock_of, next_words
from qcportal.blueprints.showing.dispute_evidence import cited_views
from qcportal.blueprints.showing.money import in_words
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.dispute_words import (
    category_words,
    kind_words,
    outcome_badge,
    reason_words,
    role_words,
    state_badge,
)
from qcportal.blueprints.shown.disputes import (
    CaseLine,
    CaseView,
    ClaimedItem,
    DecidedLine,
    DecisionView,
    ThreadEntry,
)
from qcportal.blueprints.shown.verdicts import ITEM_BADGES
from qcportal.disputes import Case, CaseInFull, CaseItem, Decision, Message
from qcportal.language import gettext as _

SAID = 140


def build(full: CaseInFull, asker: Asker) -> CaseView:
    """Show one dispute to a merchant, or with no merchant to the carrier's people."""
    case, inside = full.case, asker.merchant_id is None
    evidence = cited_views(full, asker)
    line = case_line(case, inside=inside, zone=asker.zone)
    granted = full.granted_minor
    words = "" if granted is None else in_words(granted, case.currency)
    return CaseView(
        line=replace(line, granted=words),
        text=case.text,
        suggested=category_words()[case.suggested_category],
        items=tuple(_item(each) for each in full.items),
        cited=tuple(each for each in evidence if not each.own),
        own=tuple(each for each in evidence if each.own),
        thread=tuple(entry(each) for each in full.messages),
        decisions=tuple(_decision(each, full, inside=inside) for each in full.decisions),
        next=next_words(case, asker.zone),
        filed_at=case.filed_at,
        question=entry(full.question) if full.question else None,
        return_href=url_for(asker.detail_endpoint, id=case.return_id),
        tz=asker.zone,
    )


def case_line(case: Case, *, inside: bool, zone: str, at: datetime | None = None) -> CaseLine:
    """Show one dispute as a line; `inside` is the carrier's own view of its clock."""
    moment = at or clock.now()
    said = case.text if len(case.text) <= SAID else f"{case.text[: SAID - 1].rstrip()}…"
    return CaseLine(
        id=str(case.id),
        number=case.number or "",
        product=case.title,
        awb=case.awb,
        items=case.item_count,
        kind=kind_words()[case.kind][0],
        category=category_words()[case.category],
        said=said,
        state=state_badge(case.state.value, case.outcome, case.level),
        clock=clock_of(case, moment, inside=inside, zone=zone),
        amount=in_words(case.amount_minor, case.currency),
        merchant=case.merchant_name,
        activity_at=case.activity_at,
        late=case.late,
    )


def entry(message: Message) -> ThreadEntry:
    """Show one entry of the thread."""
    title, icon = {
        "words": (_("Added"), "message-circle"),
        "question": (_("Question"), "message-circle-question-mark"),
        "answer": (_("Answer"), "message-circle"),
        "appeal": (_("Appeal"), "gavel"),
    }.get(message.kind, (_("Note"), "message-circle"))
    who = message.author_name
    if message.side == "admin":
        who = _("%(name)s, carrier", name=who)
    return ThreadEntry(message.side, title, who, message.at, message.text, icon)


def _item(item: CaseItem) -> ClaimedItem:
    verdict = ITEM_BADGES.get(item.verdict or "", ITEM_BADGES["not_inspected"])
    granted = item.granted_minor
    return ClaimedItem(
        item_id=str(item.item_id),
        name=item.name,
        sku=item.client_sku_id,
        verdict=verdict,
        claim=kind_words()[item.claim][0],
        amount=in_words(item.amount_minor, item.currency),
        outcome=outcome_badge(item.outcome) if item.outcome else None,
        granted="" if granted is None else in_words(granted, item.currency),
    )


def _decision(decision: Decision, full: CaseInFull, *, inside: bool) -> DecisionView:
    role = role_words().get(decision.decided_by_role, decision.decided_by_role)
    who = role
    if inside:
        who = f"{decision.decided_by_name}, {role}"
    if inside and decision.agreed_by_name:
        who = _("%(who)s; %(other)s agreed", who=who, other=decision.agreed_by_name)
    undone = decision.undone_by_name
    if decision.undone_text:
        undone = f"{undone}: {decision.undone_text}"
    return DecisionView(
        outcome=outcome_badge(decision.outcome),
        title=_("Decision on the appeal") if decision.level == 2 else _("Decision"),
        reason=reason_words().get(decision.reason, decision.reason),
        text=decision.text,
        who=who,
        at=decision.settled_at or decision.decided_at,
        lines=_lines(decision, full.items, full.case.currency),
        pending=decision.settled_at is None and decision.undone_at is None,
        undone=undone,
    )


def _lines(decision: Decision, items: Sequence[CaseItem], currency: str) -> tuple[DecidedLine, ...]:
    """Tell item by item what was decided; one item's decision is the whole one's."""
    if len(decision.items) < 2 and decision.outcome != "partially_approved":
        return ()
    names = {each.item_id: each.name for each in items}
    return tuple(
        DecidedLine(
            name=names.get(each.item_id, ""),
            outcome=outcome_badge(each.outcome),
            reason=reason_words().get(each.reason, each.reason),
            text=each.text,
            granted=in_words(each.granted_minor, currency),
        )
        for each in decision.items
    )
