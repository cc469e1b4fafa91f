"""A merchant's home page: only what needs a person, each line a link to a filtered list."""

import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import url_for

from qcportal import clock, disputes, returns, reviews
from qcportal.blueprints import access
from qcportal.blueprints.access import settings
from qcportal.blueprints.jinja import duration
from qcportal.blueprints.showing import frames
from qcportal.blueprints.showing import reviews as reviews_page
from qcportal.blueprints.showing.deciding import clock_badge, within
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.frame import HomePage, Task
from qcportal.disputes import Due
from qcportal.language import counted, ngettext
from qcportal.language import gettext as _
from qcportal.questions import Question
from qcportal.returns import Needs
from qcportal.reviews import Waiting

LOOKED_BACK = timedelta(days=30)


def build(asker: Asker) -> HomePage:
    """Build the page in a fixed number of statements, each off an index."""
    reviews_page.settle_due()
    settle_disputes()
    merchant_id = cast(uuid.UUID, asker.merchant_id)
    needs, found, in_disputes = frames.ask(
        returns_question(asker), reviews.waiting_question(), disputes.needs_question(merchant_id)
    )
    tasks = (*_disputes(in_disputes), *waiting(found, asker), *of_returns(needs, asker))
    return HomePage(calm=calm(needs), tasks=tasks)


def settle_disputes() -> None:
    """Let what the clock does by itself have its effect before disputes are counted."""
    if disputes.is_any_due():
        access.write_apart(disputes.settle_due)


def returns_question(asker: Asker) -> Question[Needs]:
    """Give the question of today, a day of the asker's zone, and of photos that lack lately."""
    zone = ZoneInfo(asker.zone)
    today = datetime.combine(clock.now().astimezone(zone).date(), time(), zone)
    return returns.needs_question(
        today=today,
        lately=today - LOOKED_BACK,
        missing_after=settings().missing_after,
        merchant_id=asker.merchant_id,
    )


def calm(needs: Needs) -> str:
    """Say how much went on although there is nothing to do."""
    return ngettext(
        "%(num)s return was checked today.",
        "%(num)s returns were checked today.",
        needs.checked,
        num=counted(needs.checked),
    )


def of_returns(needs: Needs, asker: Asker) -> list[Task]:
    """Tell of returns that failed today, and of those whose photos are missing."""
    today = clock.now().astimezone(ZoneInfo(asker.zone)).date()
    tasks = []
    if needs.failed:
        failed, num = needs.failed, counted(needs.failed)
        text = ngettext(
            "%(num)s return failed today", "%(num)s returns failed today", failed, num=num
        )
        days: dict[str, Any] = {"from": today.isoformat(), "to": today.isoformat()}
        href = url_for(asker.list_endpoint, tab="failed", **days)
        detail = _("Look at the door photos beside the catalogue picture.")
        tasks.append(Task("circle-x", "fail", text, detail, href))
    if needs.lacking:
        text = ngettext(
            "%(num)s return with photos missing",
            "%(num)s returns with photos missing",
            needs.lacking,
            num=counted(needs.lacking),
        )
        days = {"from": (today - LOOKED_BACK).isoformat(), "to": today.isoformat()}
        href = url_for(asker.list_endpoint, tab="missing", **days)
        detail = _("The phone has not sent them, within the last 30 days.")
        tasks.append(Task("image-off", "miss", text, detail, href))
    return tasks


def waiting(found: Waiting, asker: Asker) -> list[Task]:
    """Tell what waits for a decision of the rules: a merchant's own, or for admins to know of."""
    at = clock.now()
    if not found.count:
        return []
    text = _review_words(found.count, own=asker.merchant_id is not None)
    if found.first:
        text = _("%(text)s, the first within %(time)s", text=text, time=within(found.first, at))
    href = url_for("merchant.reviews")
    if asker.merchant_id is None:
        href = url_for(asker.list_endpoint, tab="needs_review")
    detail = _("The person at the door waits for the answer.")
    tone = clock_badge(found.first, at).tone
    return [Task("circle-question-mark", tone, text, detail, href)]


def _review_words(count: int, *, own: bool) -> str:
    if own:
        return ngettext(
            "%(num)s item needs your decision", "%(num)s items need your decision", count
        )
    return ngettext(
        "%(num)s item needs a merchant’s decision",
        "%(num)s items need a merchant’s decision",
        count,
    )


def _disputes(needs: disputes.Needs) -> list[Task]:
    """Tell of questions to answer, and of drafts and appeals whose time ends within a day."""
    lines: tuple[tuple[Due, Callable[[int], str], str], ...] = (
        (needs.questions, _question_words, "question"),
        (needs.drafts, _draft_words, "draft"),
        (needs.appeals, _appeal_words, "decided"),
    )
    return [
        _ending(due, words(due.count), url_for("merchant.disputes", tab=tab))
        for due, words, tab in lines
        if due.count
    ]


def _question_words(count: int) -> str:
    return ngettext("%(num)s question for you", "%(num)s questions for you", count)


def _draft_words(count: int) -> str:
    return ngettext(
        "%(num)s dispute is not sent yet, and its time ends",
        "%(num)s disputes are not sent yet, and their time ends",
        count,
    )


def _appeal_words(count: int) -> str:
    return ngettext(
        "%(num)s declined dispute can be appealed, and its time ends",
        "%(num)s declined disputes can be appealed, and their time ends",
        count,
    )


def _ending(due: Due, text: str, href: str) -> Task:
    left = (due.first - clock.now()).total_seconds() if due.first else None
    detail = _("No time limit.")
    if left is not None:
        detail = _("The first one ends in %(time)s.", time=duration(max(60.0, left)))
    soon = left is not None and left <= disputes.SOON.total_seconds()
    return Task("scale", "late" if soon else "", text, detail, href)
