"""The clocks of a dispute in words: how long is left, until when, and what happens next."""

from datetime import datetime

from qcportal.blueprints.jinja import duration, when
from qcportal.blueprints.shown.disputes import ClockView
from qcportal.blueprints.shown.frame import Badge
from qcportal.disputes import Case, State
from qcportal.language import gettext as _

DAY_S, URGENT_S = 86_400, 4 * 3600
DECIDED = (State.APPROVED, State.PARTIALLY_APPROVED, State.REJECTED)
ENDED = (State.FINAL, State.CLOSED, State.WITHDRAWN)


def clock_of(case: Case, at: datetime, *, inside: bool, zone: str) -> ClockView | None:
    """Give the clock that runs for a dispute, or None when none does."""
    if case.state is State.DRAFT:
        words = (_("%(time)s to send it"), _("Send it by %(day)s."))
        return _to_act(case.clocks.file_by, at, zone, words)
    if case.state is State.INFO_REQUESTED:
        said = _("An answer is awaited until %(day)s.") if inside else _("Answer by %(day)s.")
        return _to_act(case.clocks.reply_by, at, zone, (_("%(time)s to answer"), said))
    if case.waits_for == "admin":
        return _carriers(case, at, zone, inside=inside)
    if case.state in (State.PARTIALLY_APPROVED, State.REJECTED):
        words = (_("%(time)s to appeal"), _("An appeal is possible until %(day)s."))
        return _to_act(case.clocks.appeal_by, at, zone, words)
    return None


def time_to_file(file_by: datetime, at: datetime, zone: str) -> ClockView:
    """Give the clock of a return that can still be disputed."""
    words = (_("%(time)s to dispute"), _("It can be disputed until %(day)s."))
    return _running(file_by, at, zone, words)


def _to_act(
    end: datetime | None, at: datetime, zone: str, words: tuple[str, str]
) -> ClockView | None:
    return None if end is None else _running(end, at, zone, words)


def _running(end: datetime, at: datetime, zone: str, words: tuple[str, str]) -> ClockView:
    """Give a merchant's own clock in words for the badge and a sentence: amber on its last day."""
    sentence, left = words[1] % {"day": when(end, zone, within=True)}, (end - at).total_seconds()
    if left <= 0:
        return ClockView(Badge("late", "clock-alert", _("The time has ended")), sentence, end)
    text = words[0] % {"time": _left(left)}
    badge = Badge("late", "clock-alert", text) if left < DAY_S else Badge("", "clock", text)
    return ClockView(badge, sentence, end)


def _carriers(case: Case, at: datetime, zone: str, *, inside: bool) -> ClockView | None:
    """Give the clock of the carrier's answer: amber for its people under four hours, late after."""
    end = case.clocks.decide_by
    if end is None:
        return None
    left, day = (end - at).total_seconds(), when(end, zone, within=True)
    if left <= 0:
        text = _("Overdue by %(time)s", time=_left(-left))
        sentence = _("The answer was due %(day)s.", day=day)
        return ClockView(Badge("late", "clock-alert", text), sentence, end)
    if not inside:
        text = _("Answer in %(time)s", time=_left(left))
        return ClockView(Badge("", "clock", text), _("You get an answer by %(day)s.", day=day), end)
    text = _("%(time)s left", time=_left(left))
    badge = Badge("late", "clock-alert", text) if left < URGENT_S else Badge("", "clock", text)
    return ClockView(badge, _("The answer is due %(day)s.", day=day), end)


def _left(seconds: float) -> str:
    return duration(max(60.0, seconds) if seconds < 3600 else seconds)


def next_words(case: Case, zone: str) -> str:
    """Tell a merchant what happens next."""
    day = when(case.clocks.decide_by, zone, within=True)
    if case.state is State.DRAFT:
        return _("Nobody at the carrier sees a draft. It counts once it is sent.")
    if case.state is State.INFO_REQUESTED:
        reply = when(case.clocks.reply_by, zone, within=True)
        return _(
            "The carrier’s clock stands still until you answer. Without an answer by %(day)s "
            "it goes on with what is here.",
            day=reply,
        )
    if case.state in DECIDED:
        return _after_deciding(case, zone)
    if case.state in ENDED:
        return _after_the_end(case)
    if case.late:
        return _("The carrier is late. Your dispute stays on top of its list until it is decided.")
    if case.level == 2:
        return _(
            "Somebody who had no part in the first decision looks at it, and that is final. "
            "You get an answer by %(day)s.",
            day=day,
        )
    return _(
        "You get an answer by %(day)s. Until then you can add words and files, or withdraw it.",
        day=day,
    )


def _after_deciding(case: Case, zone: str) -> str:
    day = when(case.clocks.appeal_by, zone, within=True)
    if case.state is State.APPROVED:
        return _("It was upheld. Nothing is left to do; it closes on %(day)s.", day=day)
    return _("You can appeal once, until %(day)s. Somebody else decides then.", day=day)


def _after_the_end(case: Case) -> str:
    if case.state is State.WITHDRAWN:
        return _("It was withdrawn. In time, the return can be disputed again.")
    if case.state is State.FINAL:
        return _("The appeal was decided, and that is final.")
    return _("It is closed.")
