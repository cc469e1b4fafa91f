"""What stands between a phone and the evidence: event path, nightly check, queue; in words."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from qcportal import clock, reconciliation
from qcportal.blueprints.jinja import grouped, local_time, when
from qcportal.blueprints.showing.upload_charts import Course
from qcportal.blueprints.shown.frame import Badge, Fact, Note, Tone
from qcportal.blueprints.shown.upload_health import Panel
from qcportal.history import HistoryEvent
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.reconciliation import CYCLE, NIGHTLY
from qcportal.uploads import HOURS, QUEUE, UploadMeasure

SICK = 0.005
"""The share of files that only the reconciler told us of, over which the event path is sick."""
STALE = timedelta(minutes=5)
WELL, UNSURE = (
    Badge("", "circle-check", lazy_gettext("Well")),
    Badge("", "circle-question-mark", lazy_gettext("Not known")),
)
AT_NIGHT = timedelta(hours=26)
SHOWN_FAULTS = 6


def percent(part: int, whole: int) -> str:
    """Say a share with as many digits as it needs: "97.8%", "0.12%"."""
    share = 100 * part / whole if whole else 0.0
    digits = 2 if 0 < share < 1 or 99 < share < 100 else 1
    text = f"{share:.{digits}f}".rstrip("0").rstrip(".")
    return f"{text if share == 100 or text != '100' else '99.99'}%"


def is_sick(course: Course) -> bool:
    """Tell whether the event path is sick: too much had to be healed."""
    return course.told > 0 and course.healed / course.told > SICK


def notes(measures: Mapping[str, UploadMeasure], course: Course, tz: str) -> Iterator[Note]:
    """Give what has to be said above all numbers: that they are old, or that events are lost."""
    yield from _freshness(measures.get(HOURS), tz)
    if is_sick(course):
        share = percent(course.healed, course.told)
        yield Note(
            "late",
            "triangle-alert",
            _("The event path is sick."),
            _(
                "%(share)s of the files were found by the reconciler and told by nobody. "
                "Nothing is lost by it; look at the dead letters, then run qcportal doctor.",
                share=share,
            ),
        )


def _freshness(measure: UploadMeasure | None, tz: str) -> Iterator[Note]:
    live = _("What is on the way, late or missing is counted as you look.")
    if measure is None or measure.taken_at is None:
        why = measure.fault if measure else _("A worker counts them every minute: does one run?")
        yield Note("late", "clock-alert", _("The hours are not counted yet."), f"{why} {live}")
        return
    old = _("Numbers are from %(time)s.", time=_moment(measure.taken_at, tz))
    if measure.fault:
        why = _("Collecting new ones failed: %(why)s.", why=measure.fault.rstrip("."))
        yield Note("late", "clock-alert", old, f"{why} {live}")
    elif clock.now() - measure.tried_at > STALE:
        why = _("No worker has collected new ones since.")
        yield Note("late", "clock-alert", old, f"{why} {live}")


def event_path(course: Course, tz: str) -> Panel:
    """Tell how well events find their way, and what the reconciler did last."""
    cycle = reconciliation.find_last(CYCLE)
    facts = [Fact(_("Healed by the reconciler"), _healed(course)), *_cycle_facts(cycle, tz)]
    faults = tuple(cycle.data.get("faults", ()))[:SHOWN_FAULTS] if cycle else ()
    if not course.told:
        said = _("We were told of no file in this time, so there is nothing to judge it by.")
        return Panel(_("Event path"), UNSURE, said, tuple(facts), faults)
    if is_sick(course):
        said = _(
            "Sick: more than %(share)s had to be healed.", share=percent(int(SICK * 1000), 1000)
        )
        return Panel(
            _("Event path"), Badge("late", "triangle-alert", _("Sick")), said, tuple(facts), faults
        )
    said = _("Files are told by their events, as they should be.")
    return Panel(_("Event path"), WELL, said, tuple(facts), faults)


def _healed(course: Course) -> str:
    if not course.told:
        return _("no files")
    return ngettext(
        "%(share)s, %(n)s of %(num)s file",
        "%(share)s, %(n)s of %(num)s files",
        course.told,
        share=percent(course.healed, course.told),
        n=grouped(course.healed),
    )


def _cycle_facts(cycle: HistoryEvent | None, tz: str) -> Iterator[Fact]:
    if cycle is None:
        yield Fact(_("Last cycle"), _("none yet"), tone="late")
        return
    old = clock.now() - cycle.at > timedelta(hours=1)
    yield Fact(_("Last cycle"), when(cycle.at, tz), tone="late" if old else "")
    found = cycle.data
    yield Fact(
        _("It looked at"), ngettext("%(num)s file", "%(num)s files", int(found.get("listed", 0)))
    )
    yield Fact(_("It healed"), grouped(int(found.get("healed", 0))))
    if failed := int(found.get("failed", 0)):
        yield Fact(_("Not readable"), grouped(failed), tone="late")
    yield Fact(
        _("Still on phones"),
        ngettext("%(num)s photo", "%(num)s photos", int(found.get("on_phone", 0))),
    )


def nightly(tz: str) -> Panel:
    """Tell what the nightly look found, both ways, and what of the bucket's settings drifted."""
    last = reconciliation.find_last(NIGHTLY)
    title = _("Nightly check")
    if last is None:
        said = _("It has not run yet. A worker does it once a day.")
        return Panel(title, UNSURE, said)
    facts = [Fact(_("Last run"), when(last.at, tz), tone=_if(clock.now() - last.at > AT_NIGHT))]
    verified = last.data.get("verified", {})
    facts += _invariants(verified)
    drift = tuple(f"{each['check']}: {each['said']}" for each in _drift(last))
    if last.data.get("whole") and not drift:
        said = _("Database and bucket agree, and the bucket's settings are as they were.")
        return Panel(title, WELL, said, tuple(facts))
    faults = (*last.data.get("cycle", {}).get("faults", ()), *_offences(verified), *drift)
    wrong = not last.data.get("whole")
    badge = Badge("late", "triangle-alert", _("Found faults") if wrong else _("Warns"))
    said = _("Something does not hold: qcportal verify names every offence.")
    return Panel(
        title,
        badge,
        said if wrong else _("Everything holds; the bucket's settings could be better."),
        tuple(facts),
        faults[:SHOWN_FAULTS],
    )


def _kept(verified: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return sorted(verified.get("invariants", {}).items())


def _invariants(verified: Mapping[str, Any]) -> list[Fact]:
    """Give the invariants in one line while all hold, else one by one."""
    found = _kept(verified)
    if found and all(each["holds"] for _other, each in found):
        label = _("Invariants %(first)s to %(last)s", first=found[0][0], last=found[-1][0])
        return [Fact(label, _("hold"))]
    return [Fact(name, _held(each), tone=_if(not each["holds"])) for name, each in found]


def _held(each: Mapping[str, Any]) -> str:
    if each["holds"]:
        return _("holds")
    count = int(each["offences"])
    return ngettext("broken, %(num)s offence", "broken, %(num)s offences", count)


def _offences(verified: Mapping[str, Any]) -> Iterator[str]:
    for name, each in _kept(verified):
        for offence in each.get("first", ())[:1]:
            yield f"{name}: {offence.get('said') or offence.get('kind')}"


def _drift(last: HistoryEvent) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = last.data.get("drift", [])
    return found


def queue(measures: Mapping[str, UploadMeasure], tz: str) -> Panel:
    """Tell how deep the queue and its dead letters are, or why nobody knows."""
    title, measure = _("Queue"), measures.get(QUEUE)
    if measure is None or (measure.taken_at is None and not measure.fault):
        return Panel(title, UNSURE, _("Not known, because no worker has looked yet."))
    if measure.fault:
        said = _("Not known, because: %(why)s.", why=measure.fault.rstrip("."))
        if measure.taken_at:
            taken = _moment(measure.taken_at, tz)
            said = f"{said} {_('The numbers are from %(time)s.', time=taken)}"
        return Panel(title, UNSURE, said, tuple(_queue_facts(measure, tz)))
    facts = tuple(_queue_facts(measure, tz))
    if clock.now() - measure.tried_at > STALE:
        said = _("No worker has looked since %(time)s.", time=_moment(measure.tried_at, tz))
        return Panel(title, UNSURE, said, facts)
    dead = measure.value.get("dead")
    if dead:
        said = _(
            "Arrivals that the portal never took. The reconciler finds their files all the same; "
            "qcportal dead-letters shows why, and sends them again."
        )
        text = ngettext("%(num)s dead letter", "%(num)s dead letters", dead)
        return Panel(title, Badge("late", "triangle-alert", text), said, facts)
    if dead is None:
        said = _("It has no dead letters: what the portal never took is dropped silently.")
        return Panel(title, Badge("late", "triangle-alert", _("No dead letters")), said, facts)
    return Panel(title, WELL, _("No dead letters: the portal took every event."), facts)


def _queue_facts(measure: UploadMeasure, tz: str) -> Iterator[Fact]:
    value = measure.value
    if not value:
        return
    yield Fact(_("Waiting"), ngettext("%(num)s message", "%(num)s messages", int(value["waiting"])))
    yield Fact(
        _("Being told"), ngettext("%(num)s message", "%(num)s messages", int(value["in_flight"]))
    )
    if value["dead"] is not None:
        yield Fact(_("Dead letters"), grouped(int(value["dead"])), tone=_if(value["dead"] > 0))
    if value.get("dead_since"):
        since = datetime.fromisoformat(value["dead_since"])
        yield Fact(_("The oldest we know of"), when(since, tz), tone="late")
    if measure.taken_at:
        yield Fact(_("Looked at"), when(measure.taken_at, tz))


def _moment(moment: datetime, tz: str) -> str:
    """Say a moment within a sentence: "14:05", or with its day where that is another."""
    local, today = moment.astimezone(ZoneInfo(tz)), clock.now().astimezone(ZoneInfo(tz))
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.date() == today.date() - timedelta(days=1):
        return _("yesterday, %(time)s", time=local_time(moment, tz))
    return when(moment, tz)


def _if(wrong: bool) -> Tone:
    return "late" if wrong else ""
