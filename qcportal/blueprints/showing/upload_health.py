"""The page of upload health: what is open now, and how it went over a span of time.

A number of statements that is fixed, none of which grows with the photos that are here.
"""

from collections.abc import Iterator
from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response

from qcportal import clock, errors, photos, uploads
from qcportal.blueprints.access import settings
from qcportal.blueprints.jinja import duration, grouped
from qcportal.blueprints.showing import upload_loss, upload_phones
from qcportal.blueprints.showing import upload_panels as panels
from qcportal.blueprints.showing.frames import CARRIER_ZONE
from qcportal.blueprints.showing.upload_charts import Course, hours_chart, latency_chart
from qcportal.blueprints.showing.upload_span import Span, choices, read_span
from qcportal.blueprints.shown.frame import Kpi, Task, Tone
from qcportal.blueprints.shown.return_page import Live
from qcportal.blueprints.shown.upload_health import UploadHealthPage
from qcportal.errors import Fault
from qcportal.language import COUNTED, counted, lazy_gettext, ngettext
from qcportal.language import gettext as _
from qcportal.uploads import (
    HOURS,
    OUTSTANDING,
    Count,
    Outstanding,
    Patience,
    Standing,
    StuckPhone,
    UploadMeasure,
    Wanted,
)

POLL_S = 30
BACK_DAYS = uploads.LOOKED_BACK.days


def patience() -> Patience:
    """Give after how long a photo is late, and missing."""
    return Patience(settings().late_after, settings().missing_after)


def build(args: Any) -> UploadHealthPage:
    """Put the page together; raises Invalid for a range or a day that is none."""
    span = read_span(args, CARRIER_ZONE)
    measures = uploads.find_measures()
    last = uploads.outstanding_of(measures)
    standing, phones = _standing(last), _stuck(last)
    by_hour = last.by_hour if last else uploads.count_by_hour
    opened = by_hour(patience(), span.since, span.until)
    course = Course(span, uploads.find_hours(span.since, span.until), opened)
    hours, loss = measures.get(HOURS), upload_loss.build(span)
    return UploadHealthPage(
        span=span.words,
        choices=choices(span),
        day=span.day,
        updated_at=hours.taken_at if hours else None,
        notes=tuple(panels.notes(measures, course, CARRIER_ZONE)),
        kpis=(*_open_kpis(standing, course), _share_kpi(course, standing)),
        latency=latency_chart(course, settings().arrival_target),
        hours=hours_chart(course),
        loss=loss,
        phones=tuple(upload_phones.row(phone) for phone in phones),
        phones_text=ngettext(
            "%(n)s of %(num)s phone",
            "%(n)s of %(num)s phones",
            uploads.count_phones(),
            n=grouped(len(phones)),
        ),
        panels=(
            panels.event_path(course, CARRIER_ZONE),
            panels.nightly(CARRIER_ZONE),
            panels.queue(measures, CARRIER_ZONE),
        ),
        kept=tuple(_kept(standing)),
        calm=not phones and not loss.outstanding,
        live=Live(_live_url(span, hours) if span.live else "", POLL_S),
        tz=CARRIER_ZONE,
    )


def standing_now() -> Standing:
    """Count the photos of the last 30 days by state, or where they are many, as counted last."""
    return _standing(uploads.outstanding_of(uploads.find_measures(OUTSTANDING)))


def _standing(last: Outstanding | None) -> Standing:
    if last:
        return last.standing
    return uploads.count_standing(patience(), Wanted(since=clock.now() - uploads.LOOKED_BACK))


def _stuck(last: Outstanding | None) -> list[StuckPhone]:
    return uploads.load_phones(last.phones) if last else uploads.find_stuck_phones(patience())


def answer(args: Any) -> Response:
    """Answer a poll: 204 until the worker has counted again, then all numbers anew."""
    seen = args.get("seen", "0")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 16):
        fault = Fault("/seen", "bad_seen", _("Use the address that the page polls."))
        raise errors.Invalid(faults=[fault])
    if seen == _mark(uploads.find_measures(HOURS).get(HOURS)):
        return Response(status=204)
    return Response(
        render_template("admin/_upload_health.html", page=build(args)), mimetype="text/html"
    )


def _live_url(span: Span, hours: UploadMeasure | None) -> str:
    return url_for("admin.upload_health_live", seen=_mark(hours), **span.args)


def _mark(hours: UploadMeasure | None) -> str:
    return str(int(hours.tried_at.timestamp() * 1000)) if hours else "0"


def _open_kpis(standing: Standing, course: Course) -> Iterator[Kpi]:
    late, missing = patience().late_after, patience().missing_after
    lines: tuple[tuple[str, str, Tone], ...] = (
        ("on_the_way", _("On the way"), "wait"),
        ("late", _("Late, over %(span)s", span=duration(late)), "late"),
        ("missing", _("Missing, over %(span)s", span=duration(missing)), "miss"),
    )
    for state, label, tone in lines:
        count = standing.of(state)
        detail = (
            ngettext("from %(num)s phone", "from %(num)s phones", count.phones, num=_phones(count))
            if count.photos
            else _("none now")
        )
        if count.photos and state != "on_the_way" and count.oldest:
            oldest = _("oldest %(span)s", span=duration(clock.now() - count.oldest))
            detail = f"{oldest}, {detail}"
        if state == "missing":
            detail = detail if count.photos else _("none in %(n)s days", n=BACK_DAYS)
        href = url_for("admin.upload_photos", state=state)
        spark = tuple(step.open.get(state, 0) for step in course.steps)
        kept = spark if any(spark) and state != "on_the_way" else ()
        yield Kpi(label, count.photos, detail, tone, href, kept, counted(count.photos))


def _phones(count: Count) -> str:
    """Say of how many phones; where not all photos were looked at, there may be more."""
    return grouped(count.phones) + ("+" if count.photos > COUNTED else "")


def _share_kpi(course: Course, standing: Standing) -> Kpi:
    """Give the share of the photos announced in the span that were here within the target.

    What is on the way is not judged yet; what is late, missing or in doubt was not in time.
    """
    target, wanted = settings().arrival_target, settings().arrival_percent
    due = course.latencies.total + sum(
        count
        for step in course.steps
        for state, count in step.open.items()
        if state != "on_the_way"
    )
    within = course.latencies.within(target)
    label = _("Here within %(span)s", span=duration(target))
    if not due:
        return Kpi(label, 0, _("target %(n)s%%, no photos", n=wanted), text="–")
    shares = [
        100 * step.latencies.within(target) / step.latencies.total
        for step in course.steps
        if step.latencies.total
    ]
    tone: Tone = "late" if 100 * within < wanted * due else ""
    detail = ngettext(
        "target %(n)s%%, of %(num)s photo",
        "target %(n)s%%, of %(num)s photos",
        due,
        n=wanted,
    )
    return Kpi(label, 0, detail, tone, "", tuple(shares), text=panels.percent(within, due))


KEPT: tuple[tuple[str, str, Tone, str], ...] = (
    ("unvouched", "shield-alert", "late", lazy_gettext("Here, but no phone announced them.")),
    ("conflict", "copy", "miss", lazy_gettext("Other bytes came under the same name.")),
    ("refused", "shield-alert", "miss", lazy_gettext("The files are kept, and are no evidence.")),
)


def _kept_words(state: str, count: int) -> str:
    if state == "unvouched":
        return ngettext(
            "%(num)s photo not vouched for",
            "%(num)s photos not vouched for",
            count,
            num=counted(count),
        )
    if state == "conflict":
        return ngettext(
            "%(num)s photo with two versions",
            "%(num)s photos with two versions",
            count,
            num=counted(count),
        )
    return ngettext(
        "%(num)s photo not accepted", "%(num)s photos not accepted", count, num=counted(count)
    )


def _kept(standing: Standing) -> Iterator[Task]:
    """Give what lies aside for people to look at, with where it is seen."""
    if parked := photos.count_parked():
        text = ngettext("%(num)s file parked", "%(num)s files parked", parked)
        detail = _("They arrived under a name that no photo was announced with.")
        yield Task("cloud-alert", "late", text, detail, url_for("admin.parked"))
    for state, icon, tone, detail in KEPT:
        if count := standing.of(state).photos:
            text = _kept_words(state, count)
            href = url_for("admin.upload_photos", state=state)
            yield Task(icon, tone, text, detail, href)
