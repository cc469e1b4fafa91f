"""`qcportal reconcile`, and the reconciler's duties of a worker: the tools put together."""

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import click
from flask import Flask
from rich.console import Console
from rich.status import Status
from sqlalchemy.exc import SQLAlchemyError

from qcportal import create_app, errors, jobs, reconciliation
from qcportal.blueprints.callbacks.payloads import ArrivalBody
from qcportal.blueprints.visits import read_visit
from qcportal.commands import nightly
from qcportal.commands.running import in_a_line, opened, told
from qcportal.commands.times import period_of, seconds_of
from qcportal.config import Settings
from qcportal.db import db
from qcportal.photos import Arrival
from qcportal.reconciliation import Eye, Scope, Tally, Tools
from qcportal.worker import Duty

EVERY, OVERDUE_EVERY, NIGHTLY_EVERY = (
    timedelta(minutes=15),
    timedelta(minutes=10),
    timedelta(hours=24),
)


def tools_of(app: Flask, stopping: threading.Event, *, pictures: bool = True) -> Tools:
    """Put together what the reconciler works with; it ends by Interrupted when `stopping`."""
    settings: Settings = app.extensions["qcportal.settings"]
    eye = Eye(app.extensions["qcportal.store"], pictures)

    def keep() -> None:
        db.session.commit()
        if stopping.is_set():
            raise jobs.Interrupted("told to stop")

    return Tools(eye, settings.capture_kinds, read_told, read_visit, keep)


def read_told(told_of: dict[str, Any]) -> tuple[Arrival, object]:
    """Parse what was told of an object as the callbacks' door does; raises ValueError."""
    body = ArrivalBody.model_validate(told_of)
    return body.arrival(), body.carried()


def duties(app: Flask, stopping: threading.Event) -> tuple[Duty, ...]:
    """Give what a worker does of it; what another worker did in time is not done again."""
    tools = tools_of(app, stopping)

    def cycle() -> None:
        if reconciliation.is_due(reconciliation.CYCLE, EVERY):
            reconciliation.reconcile(tools, Scope(), Tally())

    def at_night() -> None:
        with reconciliation.lease("nightly") as mine:
            if mine and reconciliation.is_due(reconciliation.NIGHTLY, NIGHTLY_EVERY):
                nightly.look_both_ways(tools, Tally())

    return (
        Duty("reconcile", 60, cycle),
        Duty(
            "look for overdue photos",
            OVERDUE_EVERY.total_seconds(),
            lambda: reconciliation.look_for_overdue(tools, Tally()),
        ),
        Duty("nightly check", 600, at_night),
    )


@click.command("reconcile")
@click.option("--every", callback=period_of, help="Do it again and again: 15m, 1h.")
@click.option("--days", default=8, show_default=True, help="Days to look at beside open returns.")
@click.option(
    "--grace", default="5m", show_default=True, callback=seconds_of,
    help="What is younger is left to its callback.",
)  # fmt: skip
@click.option("--nightly", "both_ways", is_flag=True, help="Check both ways, and the settings too.")
@click.option("--pictures/--no-pictures", default=True, help="Whether to make thumbnails.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document per cycle.")
@told
def reconcile(
    every: float | None, days: int, grace: float, both_ways: bool, pictures: bool, as_json: bool
) -> None:
    """Find what S3 holds and nobody told us of, and what phones announced and never sent.

    Safe beside other machines and workers, and to be ended anywhere. Ends with status 1 when
    something could not be looked at, or the nightly check found a fault.
    """
    asked = Asked(Scope(days, timedelta(seconds=grace)), both_ways=both_ways, as_json=as_json)
    with stopped_by_signals() as stopping, opened(app := create_app(), "reconcile"):
        tools, whole = tools_of(app, stopping, pictures=pictures), True
        try:
            whole = _once(tools, asked) if every is None else _try_once(tools, asked)
            while every is not None and not stopping.wait(every):
                whole = _try_once(tools, asked)
        except jobs.Interrupted:
            click.echo("Stopped. What was found until then is kept.", err=True)
    sys.exit(0 if whole else 1)


@dataclass(frozen=True)
class Asked:
    """What the operator asked for."""

    scope: Scope
    both_ways: bool
    as_json: bool


def _try_once(tools: Tools, asked: Asked) -> bool:
    """Run one cycle of many: one that fails, with the database away, does not end the others."""
    try:
        return _once(tools, asked)
    except (errors.PortalError, SQLAlchemyError) as error:
        db.session.remove()
        click.echo(f"The cycle failed: {in_a_line(error)}", err=True)
        return False


def _once(tools: Tools, asked: Asked) -> bool:
    """Run one cycle; tells whether all was well."""
    with _watched() as tally:
        if asked.both_ways:
            found = nightly.look_both_ways(tools, tally, days=max(asked.scope.days, nightly.DAYS))
        else:
            found = reconciliation.reconcile(tools, asked.scope, tally).as_json()
    if asked.as_json:
        click.echo(json.dumps(found))
    else:
        click.echo("\n".join(_in_words(tally, found)))
    return bool(found.get("whole", tally.whole))


def _in_words(tally: Tally, found: dict[str, Any]) -> Iterator[str]:
    yield (
        f"{tally.listed} files under {tally.dates} dates in {tally.seconds:.1f} s: "
        f"{tally.healed} were unknown and are told now, {tally.failed} could not be looked at."
    )
    if tally.told:
        yield "  " + ", ".join(f"{n} {outcome}" for outcome, n in sorted(tally.told.items()))
    if tally.left:
        yield f"  {tally.left} dates are in the hands of another machine."
    if tally.pictured:
        yield f"{tally.pictured} pictures were not looked at before."
    yield f"{tally.overdue} photos are overdue: {tally.on_phone} of them are still on the phone."
    yield from (f"  {fault}" for fault in tally.faults)
    if found.get("drift") == []:
        yield "The bucket's settings are as photos need them."
    for each in found.get("drift", ()):
        yield f"{each['verdict']} {each['check']}: {each['said']}"
    for name, each in found.get("verified", {}).get("invariants", {}).items():
        yield f"{name} {'holds' if each['holds'] else 'is broken'}: {each['offences']} offences"


@contextmanager
def _watched() -> Iterator[Tally]:
    """Show how far a cycle is, on a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Tally()
        return
    with console.status("Reading the bucket") as status:
        yield Tally(heard=lambda tally: _show(status, tally))


def _show(status: Status, tally: Tally) -> None:
    status.update(
        f"{tally.dates} dates, {tally.listed} files, {tally.healed} told now, "
        f"{tally.failed} not readable, {tally.overdue} overdue"
    )


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and SIGINT set within the block."""
    stopping, heard = threading.Event(), (signal.SIGTERM, signal.SIGINT)
    before = {each: signal.signal(each, lambda *_: stopping.set()) for each in heard}
    try:
        yield stopping
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
