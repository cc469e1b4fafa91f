"""Disputes that can be decided together: the choice, and what the second step will do."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from flask import url_for

from qcportal.blueprints.showing import dispute_reasons, money
from qcportal.blueprints.showing.dispute_case import case_line
from qcportal.blueprints.showing.frames import CARRIER_ZONE
from qcportal.blueprints.shown.dispute_queue import QueueFilters
from qcportal.blueprints.shown.dispute_words import category_words, kind_words, outcome_badge
from qcportal.blueprints.shown.judging import LikeLine, LikePage, Typed
from qcportal.disputes import Case, Verdict
from qcportal.language import gettext as _
from qcportal.language import ngettext


def build(
    case: Case,
    like: Sequence[Case],
    chosen: Collection[uuid.UUID],
    typed: Typed,
    filters: QueueFilters,
    *,
    sure: Verdict | None,
) -> LikePage:
    """Build the page; with the verdict of the second step only what was chosen is shown."""
    shown = [each for each in like if sure is None or each.id in chosen]
    args: dict[str, Any] = {"id": case.id, **filters.args()}
    return LikePage(
        first=_line(case, ticked=True),
        lines=tuple(_line(each, ticked=each.id in chosen) for each in shown),
        what=_what(case),
        action=url_for("admin.decide_like", **args),
        back_href=url_for("admin.dispute", **args),
        reasons=dispute_reasons.for_declining(),
        reasons_up=dispute_reasons.for_upholding(),
        typed=typed,
        sure=sure is not None,
        outcome=sure.outcome if sure else "",
        question=_question(sure, case, shown) if sure else "",
        tz=CARRIER_ZONE,
    )


def _line(case: Case, *, ticked: bool) -> LikeLine:
    line = case_line(case, inside=True, zone=CARRIER_ZONE)
    href = url_for("admin.dispute", id=case.id)
    value = f"{case.id}.{case.version}"
    return LikeLine(value, line.number, line.product, line.said, line.amount, href, ticked)


def _what(case: Case) -> str:
    """Say in what they are alike."""
    kind, category = kind_words()[case.kind][0], category_words()[case.category]
    return _(
        "All of %(merchant)s, “%(kind)s”, %(category)s, with the same failed check.",
        merchant=case.merchant_name,
        kind=kind,
        category=category.lower(),
    )


def _question(sure: Verdict, case: Case, others: Sequence[Case]) -> str:
    count = 1 + len(others)
    total = money.in_words(
        case.amount_minor + sum(each.amount_minor for each in others), case.currency
    )
    badge = outcome_badge(sure.outcome).text
    return ngettext(
        "%(num)s dispute over %(total)s becomes: %(outcome)s.",
        "%(num)s disputes over %(total)s together become: %(outcome)s.",
        count,
        total=total,
        outcome=badge,
    )
