"""What a mail says of one thing that happened, and where one goes from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from qcportal import language
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext

SAID: Mapping[str, str] = {
    "dispute.question": lazy_gettext("A reviewer has a question about dispute %(number)s."),
    "dispute.decided": lazy_gettext("Dispute %(number)s was decided: %(outcome)s."),
    "dispute.final": lazy_gettext("Your appeal in dispute %(number)s was decided: %(outcome)s."),
    "dispute.closed": lazy_gettext("Dispute %(number)s is closed for good."),
    "dispute.file_due_soon": lazy_gettext("A draft of a dispute can be sent until %(deadline)s."),
    "dispute.reply_due_soon": lazy_gettext(
        "Dispute %(number)s waits for your answer until %(deadline)s."
    ),
    "dispute.appeal_due_soon": lazy_gettext(
        "You can appeal in dispute %(number)s until %(deadline)s."
    ),
    "dispute.decide_due_soon": lazy_gettext("Dispute %(number)s is to be decided by %(deadline)s."),
    "dispute.decide_overdue": lazy_gettext(
        "Dispute %(number)s is late: it was due by %(deadline)s."
    ),
    "dispute.reply_overdue": lazy_gettext(
        "The question in dispute %(number)s was not answered in time."
    ),
    "dispute.opened": lazy_gettext("Dispute %(number)s was sent."),
    "dispute.appealed": lazy_gettext("The decision of dispute %(number)s was appealed."),
    "dispute.withdrawn": lazy_gettext("Dispute %(number)s was withdrawn."),
    "dispute.answered": lazy_gettext("The question in dispute %(number)s was answered."),
    "dispute.words_added": lazy_gettext("The merchant added words to dispute %(number)s."),
    "dispute.second_look": lazy_gettext(
        "The decision of dispute %(number)s needs a second person."
    ),
    "dispute.disagreed": lazy_gettext("The second person did not agree in dispute %(number)s."),
    "review_opened": lazy_gettext("An item waits for your decision: %(items)s."),
    "webhook_paused": lazy_gettext("The webhook to %(url)s was paused."),
}
OUTCOMES: Mapping[str, str] = {
    "approved": lazy_gettext("upheld"),
    "partially_approved": lazy_gettext("upheld in part"),
    "rejected": lazy_gettext("declined"),
}


@dataclass(frozen=True)
class Line:
    """One thing in a mail: a sentence, what is quoted under it, and the path of its page."""

    text: str
    quote: str
    when: str
    path: str


def line_of(told: Mapping[str, Any], *, tz: str, is_admin: bool) -> Line:
    """Say one thing that happened, in the language in force, with times of a zone."""
    data = told["data"]
    words = {
        "number": data.get("number", ""),
        "outcome": OUTCOMES.get(str(data.get("outcome")), ""),
        "items": ", ".join(str(each) for each in data.get("items", ())),
        "url": data.get("url", ""),
        "deadline": moment_words(_moment(data.get("deadline")), tz),
    }
    text = _(SAID[told["event"]], **words)
    if told["merchant"]:
        text = _("%(merchant)s: %(sentence)s", merchant=told["merchant"], sentence=text)
    quote = str(data.get("text") or data.get("reason") or "")
    if told["event"] in ("dispute.decided", "dispute.final"):
        quote = ""
    return Line(text, quote, moment_words(_moment(told["at"]), tz), path_of(told, is_admin))


def path_of(told: Mapping[str, Any], is_admin: bool) -> str:
    """Give the path of the page on which somebody sees what happened."""
    subject, event = told["subject"], str(told["event"])
    if event == "review_opened":
        return f"/returns/{subject}"
    if event == "webhook_paused":
        store = f"/admin/merchants/{told['merchant_id']}" if is_admin else ""
        return f"{store}/webhooks/{subject}"
    return f"/admin/disputes/{subject}" if is_admin else f"/disputes/{subject}"


def moment_words(moment: datetime | None, tz: str) -> str:
    """Say a moment in a zone: "27 Nov, 14:05"."""
    if moment is None:
        return ""
    spoken = format_datetime(moment, "d MMM, HH:mm", tzinfo=ZoneInfo(tz), locale=language.locale())
    return str(spoken)


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None
