"""Charts of the component sheet, in every state: full, with gaps, over its scale, empty."""

from typing import Any

from qcportal.blueprints.jinja import duration
from qcportal.blueprints.shown.charts import (
    Bar,
    BarStack,
    Line,
    LineChart,
    Part,
    Tick,
    count_scale,
    time_scale,
)

HOURS = tuple(range(4, 16))
HALF = (11.0, 11, 12, 11, 13, 12, 11, 14, 15, 13, 12, 12)
MOST = (114.0, 102, 132, 120, 156, 144, 186, 240, 540, 430, 300, 240)
GAPS = (None, 102.0, None, None, 156, 144, None, 240, 2400, 430, None, 90)
PARTS = (
    Part("here", "here"), Part("wait", "on the way"), Part("late", "late"),
    Part("miss", "missing"), Part("held", "to look at"),
)  # fmt: skip
STACKS = (
    (34, 0, 0, 0, 0), (62, 0, 0, 0, 1), (97, 0, 0, 0, 0), (120, 0, 0, 0, 0), (131, 0, 0, 2, 0),
    (138, 0, 0, 0, 0), (126, 0, 0, 0, 0), (115, 0, 0, 0, 3), (117, 0, 5, 0, 0), (86, 14, 8, 0, 0),
    (48, 33, 3, 0, 0), (0, 0, 0, 0, 0),
)  # fmt: skip


def parts() -> dict[str, Any]:
    """Give what the sheet shows."""
    return {
        "line_charts": (
            ("full", lines("Time from photo to evidence", MOST)),
            ("gaps", lines("With hours without photos, and one over the scale", GAPS)),
            ("one", lines("One point alone", (None,) * 5 + (90.0,) + (None,) * 6)),
            ("none", lines("Nothing yet", (None,) * 12)),
        ),
        "bar_charts": (
            ("bars", bars(STACKS)),
            ("calm", bars(((0, 0, 0, 0, 0),) * 12, "No photos")),
        ),
    }


def lines(title: str, most: tuple[float | None, ...], target: int = 360) -> LineChart:
    """Give a chart of two lines."""
    half = tuple(value and short for value, short in zip(most, HALF, strict=True))
    scale = time_scale(min(max((value or 0 for value in most), default=0) or 450, 1440))
    slowest = max((value or 0 for value in most), default=0)
    return LineChart(
        title=title,
        finding=f"19 of 20 photos took {duration(slowest)} at most; the target is 6 m."
        if slowest
        else "No photo became evidence in this time.",
        lines=(
            Line("late", "19 of 20 photos", most, tuple(map(_said, most)), area=True),
            Line("ink", "half of photos", half, tuple(map(_said, half))),
        ),
        labels=tuple(str(hour) if hour % 2 == 0 else "" for hour in HOURS),
        names=tuple(f"{hour:02}:00 to {hour + 1:02}:00" for hour in HOURS),
        most=scale.most,
        ticks=tuple(Tick(value, duration(value) if value else "0") for value in scale.ticks),
        target=Tick(target, "target 6 m"),
    )


def bars(values: tuple[tuple[int, ...], ...], title: str = "Photos by hour") -> BarStack:
    """Give a chart of stacked bars."""
    scale = count_scale(max(map(sum, values)) or 1)
    return BarStack(
        title=title,
        finding="Most are here; 47 are on the way and 16 late."
        if any(map(sum, values))
        else "No photo was announced in this time.",
        parts=PARTS,
        bars=tuple(
            Bar(str(hour) if hour % 2 == 0 else "", f"{hour:02}:00 to {hour + 1:02}:00", each)
            for hour, each in zip(HOURS, values, strict=True)
        ),
        most=scale.most,
        ticks=tuple(Tick(value, str(int(value))) for value in scale.ticks),
    )


def _said(value: float | None) -> str:
    return "" if value is None else f"within {duration(value)}"
