"""The `qcportal` command: what an operator does outside of the browser."""

import getpass
import json
import os
import secrets
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import click
from sqlalchemy import func, select

from qcportal import (
    accounts,
    clock,
    config,
    create_app,
    doctor,
    history,
    migrating,
    sessions,
    signing,
    worker,
)
from qcportal.commands import (
    mailing,
    measuring,
    polling,
    reconciling,
    reporting,
    telling,
    wording,
)
from qcportal.commands.running import end, opened, portal, told
from qcportal.commands.verifying import verify
from qcportal.config import ConfigError
from qcportal.db import db, writing
from qcportal.doctor import Finding
from qcportal.doctor.database import read_schema
from qcportal.history import Actor, HistoryEvent, HistoryHead

SECRETS = ("SECRET", "DATABASE_URL", "ACCESS_KEY_ID")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run and look after a qcportal. Settings come from QCPORTAL_* environment variables."""


main.add_command(verify)
main.add_command(reconciling.reconcile)
main.add_command(polling.relay)
main.add_command(polling.dead_letters)
main.add_command(wording.words)
main.add_command(reporting.count_reports_anew)


@main.command("config")
@told
def show_config() -> None:
    """List every setting: whether it is set, its default and what it is for."""
    for name, default, why in config.table():
        default = f"default {default}" if default else "no default"
        state = f"set to {_shown(name)}" if name in os.environ else f"not set, {default}"
        click.echo(f"{name}\n    {why}\n    {state}")
    config.from_environment().check()
    click.echo("\nThe portal starts with this.")


@main.command()
@told
def migrate() -> None:
    """Bring the database to the schema of this version."""
    app = create_app()
    with opened(app, "migration"):
        before = read_schema()
        if before.current == before.newest:
            click.echo(f"The schema is at {before.newest} already.")
            return
        migrating.bring_up(app)
        after = read_schema().current
    click.echo(f"Migrated from {before.current or 'an empty database'} to {after}.")


@main.command()
@click.option("--email", required=True, help="Mail address to sign in with.")
@click.option("--name", required=True, help="Name that others see.")
@click.option(
    "--role", default="system", show_default=True, type=click.Choice(accounts.ADMIN_ROLES)
)
@told
def create_admin(email: str, name: str, role: str) -> None:
    """Give one of the carrier's people an account.

    The password is asked for twice, or read from the first line of standard input when that is
    not a terminal; it is never an argument, which other people on the machine could see.
    """
    password = _read_password()
    with portal("admin account"):
        accounts.create_user(
            email=email, name=name, password=password, role=role, merchant=None, by=_operator()
        )
        db.session.commit()
    click.echo(f"{email} can sign in now, as {role}.")


@main.command()
@click.option("--email", required=True, help="Mail address of the person.")
@told
def set_password(email: str) -> None:
    """Give somebody another password, read like that of `create-admin`; ends their sessions."""
    password = _read_password()
    with portal("password"):
        user = accounts.find_user_by_email(email)
        if user is None:
            end(f"Nobody has an account with {email}.")
        accounts.set_password(user, password, by=_operator())
        sessions.end_all(user.id)
        db.session.commit()
    click.echo(f"{email} has a new password and was signed out everywhere.")


@main.command()
@click.option("--slug", required=True, help="Short name for addresses: a-z, 0-9 and '-'.")
@click.option("--name", required=True, help="Name that people see.")
@told
def create_merchant(slug: str, name: str) -> None:
    """Add a merchant; people, API keys and rulebooks are given to it in the admin pages."""
    with portal("merchant"):
        merchant = accounts.create_merchant(slug=slug, name=name, by=_operator())
        db.session.commit()
        click.echo(f"{merchant.name} is {merchant.id}.")


@main.command()
@click.option("--callback", "only", flag_value="callback", help="Only a callback secret, bare.")
@click.option("--key", "only", flag_value="key", help="Only a secret key, bare.")
def secret(only: str | None) -> None:
    """Make new secrets: nothing is stored, and none is ever shown again."""
    made = {"key": secrets.token_urlsafe(48), "callback": signing.new_secret()}
    if only:
        click.echo(made[only])
        return
    click.echo(f"QCPORTAL_SECRET_KEY={made['key']}")
    click.echo(f"QCPORTAL_CALLBACK_SECRETS={made['callback']}")


@main.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for programs.")
@click.option("--wait", default=60.0, show_default=True, help="Seconds the callback may take.")
@click.option("--probe/--no-probe", default=True, help="Whether to send one small upload.")
@click.option("--url", default="", help="Where the portal answers; else the first trusted host.")
@told
def examine(as_json: bool, wait: float, probe: bool, url: str) -> None:
    """Check settings, database, AWS and clock, then send one upload all the way round.

    Ends with status 1 when anything FAILED. The upload stays in the bucket under u/doctor/:
    nothing there is ever deleted by the portal.
    """
    findings = []
    for finding in _findings(doctor.Options(wait=wait, probe=probe, url=url)):
        findings.append(finding)
        if not as_json:
            click.echo(finding.as_lines())
    verdict = doctor.worst(findings)
    if as_json:
        rows = [finding.as_json() for finding in findings]
        document = {"verdict": verdict.value.lower(), "findings": rows}
        click.echo(json.dumps({"at": clock.now().isoformat(), **document}, indent=2))
    else:
        click.echo(f"\n{doctor.summary(findings)}")
    sys.exit(1 if verdict is doctor.Verdict.FAILED else 0)


@main.command()
@click.option("--once", is_flag=True, help="Do what waits now, and end.")
@told
def work(once: bool) -> None:
    """Run the jobs that people asked for, and what is due now and then, until SIGTERM.

    Any number of these may run, on any number of machines; without one, imports wait.
    """
    app = create_app()
    try:
        parts = (reconciling, measuring, reporting, telling, mailing)
        groups = [part.duties for part in parts]
        worker.serve(app, once=once, long=[partial(each, app) for each in groups])
    finally:
        with app.app_context():
            db.engine.dispose()


@main.command()
@told
def verify_history() -> None:
    """Recompute the hash chain of every thing's history; status 1 at the first broken link."""
    with portal("history check"):
        writing.set(False)
        events = 0
        heads = db.session.execute(select(HistoryHead.chain, HistoryHead.seq, HistoryHead.hash))
        for chain, seq, tip in (rows := heads.all()):
            events += _verify_chain(chain, seq, tip)
        if db.session.scalar(select(func.count()).select_from(HistoryEvent)) != events:
            end("There are events of a history whose end is not on record.")
    click.echo(f"{events} events in {len(rows)} chains: every link holds.")


def _verify_chain(chain: Any, seq: int, tip: str) -> int:
    events = db.session.scalars(history.select_chain(chain)).all()[::-1]
    broken = history.broken_link(events)
    if broken is not None:
        end(f"The history of {chain} is broken at event {broken.seq} ({broken.action}).")
    # A chain that was cut short has good links, so its end must be the one on record.
    if (len(events), events[-1].hash if events else history.GENESIS) != (seq, tip):
        end(f"The history of {chain} ends at event {len(events)}, but {seq} were written.")
    db.session.expunge_all()
    return len(events)


def _findings(options: doctor.Options) -> Iterator[Finding]:
    try:
        app = create_app()
    except ConfigError as error:
        yield doctor.from_config_error(error)
        return
    with opened(app, "doctor"):
        yield from doctor.examine(app, os.environ, options)


def _read_password() -> str:
    if _has_terminal():
        asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return asked
    return sys.stdin.readline().rstrip("\r\n")


def _has_terminal() -> bool:
    return sys.stdin.isatty()


def _operator() -> Actor:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container may have no name for its user
        name = str(os.getuid())
    return Actor("system", f"cli:{name}", f"Command line ({name})")


def _shown(name: str) -> str:
    return "something secret" if any(word in name for word in SECRETS) else os.environ[name]
