"""What happened to a dispute, in words, newest first; the carrier's own steps only inside."""

from collections.abc import Iterable, Mapping

from qcportal.blueprints.shown.dispute_words import category_words, outcome_badge
from qcportal.blueprints.shown.frame import Tone
from qcportal.blueprints.shown.return_page import Event
from qcportal.disputes import Happening
from qcportal.language import gettext as _

LOUD = {"send", "ask", "answer", "settle", "appeal", "withdraw", "decide"}
TONES: Mapping[str, Tone] = {"approved": "pass", "partially_approved": "pass", "rejected": "fail"}


def events(history: Iterable[Happening]) -> tuple[Event, ...]:
    """Tell each step of a dispute."""
    return tuple(event(each) for each in history)


def event(step: Happening) -> Event:
    """Tell one step."""
    action = step.action.removeprefix("dispute_")
    who = "" if step.by_kind == "system" else step.by_name
    detail = ", ".join(filter(None, (_detail(action, step.data), who)))
    tone: Tone = ""
    if action == "settle":
        tone = TONES.get(str(step.data.get("outcome")), "")
    return Event(_words(action, step.data), step.at, detail, tone, strong=action in LOUD)


def _words(action: str, data: Mapping[str, object]) -> str:
    if action == "settle":
        return _("Decided: %(outcome)s", outcome=outcome_badge(str(data["outcome"])).text)
    if action == "send":
        return _("Dispute %(number)s sent", number=data.get("number", ""))
    if action == "add":
        return _("File added") if data.get("file") else _("Words added")
    if action == "save" and data.get("dropped"):
        return _("File taken out")
    return {
        "draft": _("Draft of a dispute begun"),
        "save": _("Draft changed"),
        "discard": _("Draft thrown away"),
        "answer": _("Question answered"),
        "withdraw": _("Dispute withdrawn"),
        "appeal": _("Appeal sent"),
        "ask": _("Question asked"),
        "resume": _("Nobody answered in time; the review goes on"),
        "close": _("Dispute closed"),
        "claim": _("Opened for review"),
        "release": _("Left again"),
        "assign": _("Assigned"),
        "recategorise": _("Sorted otherwise"),
        "decide": _("Decided, not in force yet"),
        "agree": _("A second person agreed"),
        "disagree": _("A second person disagreed"),
        "undo": _("Decision taken back"),
        "reminded": _("Reminded that a time ends soon"),
        "escalated": _("Told to the carrier’s lead: the answer is late"),
    }.get(action, action.replace("_", " ").capitalize())


def _detail(action: str, data: Mapping[str, object]) -> str:
    if action in ("add", "save"):
        return str(data.get("file") or data.get("dropped") or "")
    if action == "recategorise":
        return str(category_words().get(str(data.get("category")), ""))
    return ""
