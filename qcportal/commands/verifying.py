"""`qcportal verify`: its progress, and its report in words and as JSON."""

import json
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from qcportal import create_app, verification
from qcportal.commands.running import opened, told
from qcportal.commands.times import seconds_of
from qcportal.config import Settings
from qcportal.db import writing
from qcportal.verification import INVARIANTS, KINDS, Bucket, Report

SHOWN = 3
LABELS = {
    "versions": "files in the bucket",
    "verified": "verified photos",
    "conflict": "conflicts",
    "refused": "refused",
    "parked": "parked",
    "on_the_way": "too new to judge",
    "events": "events of history",
}


@dataclass(frozen=True)
class Asked:
    """What the operator typed; `grace` is in seconds, `file` where the JSON goes."""

    file: str | None
    since: datetime | None
    rehash: bool
    grace: float

    @property
    def options(self) -> verification.Options:
        """Give it as the verification takes it."""
        since = self.since.date() if self.since else None
        return verification.Options(since, self.rehash, timedelta(seconds=self.grace))


@click.command()
@click.option(
    "--json", "file", type=click.Path(dir_okay=False, allow_dash=True),
    help="Write the report there; - is standard output.",
)  # fmt: skip
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First issue date (UTC).")
@click.option("--rehash", is_flag=True, help="Read every pinned file and hash it again.")
@click.option(
    "--grace", default="15m", show_default=True, callback=seconds_of,
    help="How long an upload may be on its way before it counts as untold.",
)  # fmt: skip
@told
def verify(**asked: Any) -> None:
    """Check what we promise (I1 to I4) over database and bucket; status 1 where it does not hold.

    Changes nothing, and may run beside a working portal.
    """
    app = create_app()
    with opened(app, "verification"):
        writing.set(False)
        store, settings = app.extensions["qcportal.store"], app.extensions["qcportal.settings"]
        holds = run(store, settings, Asked(**asked))
    sys.exit(0 if holds else 1)


def run(bucket: Bucket, settings: Settings, asked: Asked) -> bool:
    """Verify, tell people on standard error and programs in the file; gives whether all holds."""
    kinds = settings.capture_kinds
    report = verification.verify(bucket, kinds, asked.options, tell=_tell)
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    click.echo(in_words(report), err=True)
    if asked.file:
        _write(asked.file, json.dumps(report.as_json(), indent=2))
    return report.holds


def in_words(report: Report) -> str:
    """Say what was looked at and what does not hold, with the first offenders of each kind."""
    told = [f"{report.counts[name]} {words}" for name, words in LABELS.items()]
    lines = [f"Looked at {', '.join(told)} in {report.seconds:.1f} s."]
    if report.counts["elsewhere"]:
        lines.append(f"{report.counts['elsewhere']} photos lie in another bucket: not looked at.")
    if not report.rehashed:
        lines.append("Bytes were not read again; --rehash does so.")
    for name, promise in INVARIANTS.items():
        kinds = [kind for kind in sorted(report.offences) if KINDS[kind][0] == name]
        lines.append(f"{name} {'BROKEN' if kinds else 'holds '}  {promise}")
        for kind in kinds:
            lines += _offences(report, kind)
    return "\n".join(lines)


def _offences(report: Report, kind: str) -> list[str]:
    count = report.offences[kind]
    lines = [f"    {kind}: {count} time{'s' * (count > 1)}, {KINDS[kind][1]}"]
    for each in report.first[kind][:SHOWN]:
        where = ", ".join(f"{name} {value}" for name, value in each.where.items())
        lines.append(f"        {where}{f' ({each.said})' if each.said else ''}")
    return lines + (["        ..."] if count > SHOWN else [])


def _tell(what: str, done: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{done} {what}", nl=False, err=True)


def _write(file: str, text: str) -> None:
    if file == "-":
        click.echo(text)
    else:
        Path(file).write_text(text + "\n", encoding="utf-8")
