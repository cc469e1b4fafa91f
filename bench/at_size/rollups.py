"""What the worker would have counted: days of the reports, hours and shifts of the uploads.

The reports' days and the shifts are summed by SQL from the plan, as the worker's own way, one
merchant's day after the other, takes hours at this size; a test holds that both give the same.
"""

from collections.abc import Iterator
from datetime import datetime

from bench.at_size.speech import Speech
from bench.at_size.stencils import STATS, Stand
from qcportal import clock, tenancy
from qcportal.commands import measuring

REST = dict.fromkeys(STATS, "0")
SUMS = {name: f"SUM(s.{name})" for name in STATS}
ITEMS = REST | {
    "checked": "SUM(s.items)",
    "passed": "SUM(s.items_passed)",
    "failed": "SUM(s.items_failed)",
}
ANSWERS = REST | {name: f"SUM(k.{name})" for name in ("checked", "passed", "failed")}
ANSWERS["answers"] = ANSWERS["checked"]
MONDAY = "date(day, 'weekday 0', '-6 days')"
CHECKED = "JOIN bench_stats s ON s.kind = p.kind AND s.checked > 0"
ITEMISED = "JOIN bench_stats s ON s.kind = p.kind AND s.items > 0"
MERCHANT = "JOIN bench_merchants m ON m.number = p.merchant"
PERSON = (
    f"{CHECKED} AND s.inspected > 0 {MERCHANT} JOIN bench_executives e ON e.number = p.executive"
)


def count(stand: Stand, now: datetime) -> None:
    """Count everything anew."""
    speech = stand.speech
    id_text = "e.id::text" if speech.postgres else _dashed("e.id")
    town = "JOIN bench_towns c ON c.number = p.town"
    reason = "JOIN bench_reasons r ON r.number = p.reason"
    ware = f"{ITEMISED} JOIN bench_wares w ON w.number = p.ware"
    lines = (
        ("all", "'all'", "'all'", f"{CHECKED} {MERCHANT}", SUMS),
        ("city", "c.city", "c.city", f"{CHECKED} {MERCHANT} {town}", SUMS),
        ("reason", "r.reason", "r.reason", f"{CHECKED} {MERCHANT} {reason}", SUMS),
        ("hub", "e.hub", "e.hub", PERSON, SUMS),
        ("executive", id_text, "e.name", PERSON, SUMS),
        ("sku", "w.code", "w.name", f"{ware} {MERCHANT}", ITEMS),
        (
            "check",
            "k.value",
            "k.label",
            f"JOIN bench_checks k ON k.kind = p.kind {MERCHANT}",
            ANSWERS,
        ),
    )
    emptied = "TRUNCATE" if speech.postgres else "DELETE FROM"
    stand.run(*(f"{emptied} {table}" for table in ("report_days", "carrier_days", "upload_shifts")))
    stand.together(
        [
            (_report(*line, speech=speech), (now if speech.postgres else _plain(now),))
            for line in lines
        ],
        lambda: None,
    )
    stand.run(*_carrier(speech), _shifts(speech))
    tidied = "VACUUM (ANALYZE) report_days, carrier_days" if speech.postgres else "ANALYZE"
    stand.run(tidied)
    # the clock stands: what was counted before a fill grew would be taken for counted just now
    stand.run("DELETE FROM upload_measures")
    with clock.frozen(now), stand.app.app_context(), tenancy.system("bench"):
        measuring.measure_hours()
    count_open(stand, now)


def count_open(stand: Stand, now: datetime) -> None:
    """Count what is not here; what was counted for this moment is not counted again."""
    with clock.frozen(now), stand.app.app_context(), tenancy.system("bench"):
        measuring.measure_outstanding(stand.app)


def _report(
    dimension: str, value: str, label: str, joins: str, sums: dict[str, str], *, speech: Speech
) -> str:
    names = ", ".join(STATS)
    values = ", ".join(sums[name] for name in STATS)
    # in this order, as the worker writes a merchant's day at once
    return (
        f"INSERT INTO report_days (merchant_id, day, dimension, value, label, counted_at, {names}) "
        f"SELECT m.id, {speech.day('p.day')}, '{dimension}', {value}, MAX({label}), {speech.mark}, "
        f"{values} FROM bench_plan p {joins} GROUP BY 1, 2, 4 ORDER BY 2, 1"
    )


def _carrier(speech: Speech) -> Iterator[str]:
    names, sums = ", ".join(STATS), ", ".join(f"SUM({name})" for name in STATS)
    monday = "date_trunc('week', day)::date" if speech.postgres else MONDAY
    for days, first in ((1, "day"), (7, monday)):
        yield (
            f"INSERT INTO carrier_days (days, day, dimension, value, label, counted_at, {names}) "
            f"SELECT {days}, {first}, dimension, value, MAX(label), MAX(counted_at), {sums} "
            "FROM report_days GROUP BY 2, 3, 4 ORDER BY 2, 3, 4"
        )


def _shifts(speech: Speech) -> str:
    return (
        "INSERT INTO upload_shifts (run_sheet_id, day, executive_id, captured, discarded, "
        f"verified, held, waiting, lost, unreadable, unclaimed, closed) SELECT {speech.sheet()}, "
        f"{speech.day('p.day')}, e.id, SUM(s.photos), 0, SUM(s.verified), SUM(s.held), "
        f"SUM(s.coming), 0, 0, 0, {'true' if speech.postgres else '1'} FROM bench_plan p "
        "JOIN bench_stats s ON s.kind = p.kind JOIN bench_executives e ON e.number = p.executive "
        "WHERE s.photos > 0 GROUP BY p.day, p.executive, e.id"
    )


def _dashed(column: str) -> str:
    starts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    return " || '-' || ".join(f"substr({column}, {start}, {size})" for start, size in starts)


def _plain(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ")
