"""Loss, by executive and day, in words: 0 is said as proudly as it was earned."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import url_for

from qcportal import clock, uploads
from qcportal.blueprints.jinja import day_words, grouped
from qcportal.blueprints.showing.upload_panels import percent
from qcportal.blueprints.showing.upload_span import Span
from qcportal.blueprints.shown.frame import Badge
from qcportal.blueprints.shown.upload_health import LossPart, LossRow
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.uploads import Loss, ShiftLoss, UploadShift

MOST = 30
NOTHING = Badge("", "circle-question-mark", lazy_gettext("Nothing captured"))
SAFE = Badge("", "shield-check", lazy_gettext("Nothing lost"))


def build(span: Span) -> LossPart:
    """Build the part for the days of a span, in two statements."""
    first, last = days_of(span)
    loss = uploads.sum_loss(first, last)
    rows = uploads.find_worst(first, last, most=MOST)
    return LossPart(
        badge=_badge(loss),
        text=_text(loss, first, last),
        rows=tuple(row(each) for each in rows),
        open_shifts=_open_shifts(loss),
        outstanding=loss.waiting + loss.lost,
        count=_("the %(n)s worst shifts", n=MOST)
        if len(rows) == MOST
        else ngettext("%(num)s shift", "%(num)s shifts", len(rows)),
    )


def days_of(span: Span) -> tuple[date, date]:
    """Give the first and the last day of a span, both included."""
    end = min(span.until, clock.now()) - timedelta(microseconds=1)
    return span.since.astimezone(span.zone).date(), end.astimezone(span.zone).date()


def row(each: ShiftLoss) -> LossRow:
    """Give one shift as a line."""
    shift = each.shift
    return LossRow(
        person=each.executive,
        hub=each.hub,
        day=day_words(shift.day, weekday=True),
        href=url_for("admin.upload_shift", id=shift.run_sheet_id),
        captured=shift.captured - shift.discarded,
        verified=shift.verified,
        waiting=shift.waiting,
        held=shift.held,
        lost=shift.lost,
        badge=shift_badge(shift),
        closed=shift.closed,
    )


def rows(found: Sequence[ShiftLoss]) -> tuple[LossRow, ...]:
    """Give shifts as lines."""
    return tuple(row(each) for each in found)


def shift_badge(shift: UploadShift) -> Badge:
    """Say how a shift stands: the worst first."""
    if shift.lost:
        return Badge("miss", "image-off", _("%(n)s lost", n=shift.lost))
    if shift.waiting:
        return Badge("wait", "cloud-upload", _("On the way"))
    if shift.held:
        return Badge("late", "shield-alert", _("To look at"))
    if shift.unreadable:
        return Badge("late", "triangle-alert", _("Not readable"))
    if not shift.closed:
        return Badge("late", "circle-dashed", _("No final manifest"))
    return Badge("", "shield-check", _("All verified"))


def _badge(loss: Loss) -> Badge:
    if not loss.captured:
        return NOTHING
    return Badge("miss", "image-off", _("%(n)s lost", n=grouped(loss.lost))) if loss.lost else SAFE


def _text(loss: Loss, first: date, last: date) -> str:
    days = day_words(first, weekday=True)
    if first != last:
        days = _(
            "%(first)s to %(last)s",
            first=day_words(first, weekday=True),
            last=day_words(last, weekday=True),
        )
    if not loss.captured:
        return _("No phone told of a photo in its manifest of %(days)s.", days=days)
    lost = ngettext(
        "%(n)s lost of %(num)s photo captured (%(share)s), as told by the phones of %(days)s.",
        "%(n)s lost of %(num)s photos captured (%(share)s), as told by the phones of %(days)s.",
        loss.owed,
        n=grouped(loss.lost),
        share=percent(loss.lost, loss.owed),
        days=days,
    )
    return f"{lost} {_rest(loss)}"


def _rest(loss: Loss) -> str:
    if not loss.unverified:
        return _("Every one is verified.")
    told = [
        words
        for words, number in (
            (_("%(n)s verified", n=grouped(loss.verified)), True),
            (_("%(n)s not here yet", n=grouped(loss.waiting)), loss.waiting),
            (_("%(n)s here and not verified", n=grouped(loss.held)), loss.held),
        )
        if number
    ]
    return f"{', '.join(told)}."


def _open_shifts(loss: Loss) -> str:
    if not loss.open_shifts:
        return ""
    return ngettext(
        "%(num)s of %(total)s shifts has no final manifest: what was captured there and never "
        "told, nobody can count.",
        "%(num)s of %(total)s shifts have no final manifest: what was captured there and never "
        "told, nobody can count.",
        loss.open_shifts,
        total=grouped(loss.shifts),
    )
