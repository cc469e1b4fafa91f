"""Loss, by executive and day, in words: 0 is said as proudly as it was earned."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import url_for

from qcportal import clock, uploads
from qcportal.blueprints.jinja import grouped, plural
from qcportal.blueprints.showing.upload_panels import percent
from qcportal.blueprints.showing.upload_span import Span
from qcportal.blueprints.shown.frame import Badge
from qcportal.blueprints.shown.upload_health import LossPart, LossRow
from qcportal.uploads import Loss, ShiftLoss, UploadShift

MOST = 30
NOTHING = Badge("", "circle-question-mark", "Nothing captured")
SAFE = Badge("", "shield-check", "Nothing lost")


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
        count=f"the {MOST} worst shifts" if len(rows) == MOST else plural(len(rows), "shift"),
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
        day=day_words(shift.day),
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


def day_words(day: date) -> str:
    """Say a day: "Sun 22 Nov"."""
    return f"{day:%a} {day.day} {day:%b}"


def shift_badge(shift: UploadShift) -> Badge:
    """Say how a shift stands: the worst first."""
    if shift.lost:
        return Badge("miss", "image-off", f"{shift.lost} lost")
    if shift.waiting:
        return Badge("wait", "cloud-upload", "On the way")
    if shift.held:
        return Badge("late", "shield-alert", "To look at")
    if shift.unreadable:
        return Badge("late", "triangle-alert", "Not readable")
    if not shift.closed:
        return Badge("late", "circle-dashed", "No final manifest")
    return Badge("", "shield-check", "All verified")


def _badge(loss: Loss) -> Badge:
    if not loss.captured:
        return NOTHING
    return Badge("miss", "image-off", f"{grouped(loss.lost)} lost") if loss.lost else SAFE


def _text(loss: Loss, first: date, last: date) -> str:
    when = f"on {day_words(first)}"
    if first != last:
        when = f"from {day_words(first)} to {day_words(last)}"
    if not loss.captured:
        return f"No phone told of a photo in its manifest {when}."
    said = f"{grouped(loss.lost)} lost of {plural(loss.owed, 'photo')} captured "
    said += f"({percent(loss.lost, loss.owed)}), as told by the phones {when}. "
    if not loss.unverified:
        return f"{said}Every one is verified."
    rest = [
        words
        for words, number in (
            (f"{grouped(loss.waiting)} not here yet", loss.waiting),
            (f"{grouped(loss.held)} here and not verified", loss.held),
        )
        if number
    ]
    return f"{said}{grouped(loss.verified)} verified{''.join(f', {each}' for each in rest)}."


def _open_shifts(loss: Loss) -> str:
    if not loss.open_shifts:
        return ""
    verb = "has" if loss.open_shifts == 1 else "have"
    return (
        f"{loss.open_shifts} of {plural(loss.shifts, 'shift')} {verb} no final manifest: what was "
        "captured there and never told, nobody can count."
    )
