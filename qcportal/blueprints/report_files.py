"""The tables of the reports as CSV files that a spreadsheet opens without being fooled."""

import csv
import io
from collections.abc import Iterator

from flask import Response
from werkzeug.datastructures import MultiDict

from qcportal import errors, reports
from qcportal.blueprints.showing import report_tables as tables
from qcportal.blueprints.showing.report_span import read_span
from qcportal.blueprints.showing.reports import wanted_of
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.exports import defused
from qcportal.reports import MEASURES, Line

MOST = 10_000
DAYS = "days"


def answer(table: str, args: MultiDict[str, str], asker: Asker) -> Response:
    """Give one table over the days that are asked for; raises NotFound for one there is not."""
    if table not in {DAYS, *(kind.key for kind in tables.kinds(asker))}:
        raise errors.NotFound()
    span = read_span(args, asker.zone)
    wanted = wanted_of(args, span, asker)
    if table == DAYS:
        days = reports.find_days(wanted)
        lines = [days[day] for day in sorted(days)]
    else:
        lines = list(reports.find_lines(wanted, table, most=MOST))
    text = io.StringIO()
    csv.writer(text).writerows(_rows(lines))
    response = Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    name = f"{table}-{span.args['from']}-{span.args['to']}.csv"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _rows(lines: list[Line]) -> Iterator[list[object]]:
    yield ["value", "label", *MEASURES, "pass_rate", "pass_rate_low", "pass_rate_high"]
    for line in lines:
        found = reports.share(line.passed, line.judged)
        rate = "" if found.value is None else round(found.value, 4)
        counts = [getattr(line, name) for name in MEASURES]
        ends = [round(found.low, 4), round(found.high, 4)] if found.of else ["", ""]
        yield [defused(line.value), defused(line.label), *counts, rate, *ends]
