"""Counting for the reports: the worker's duty, and `qcportal count-reports` for days gone by."""

import threading
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import Flask

from qcportal import accounts, clock, reports
from qcportal.accounts import Merchant
from qcportal.commands import measuring
from qcportal.commands.running import end, portal, told
from qcportal.db import db
from qcportal.reconciliation import reading
from qcportal.worker import Duty

NAME = "reports"
DAYS = (
    ("recent", 2, timedelta()),
    ("week", 8, timedelta(minutes=15)),
    ("month", 45, timedelta(hours=12)),
)
"""Decisions and disputes change days gone by; what is counted again: days back, how often."""
MOST_DAYS = 3660


def duties(app: Flask, stopping: threading.Event) -> tuple[Duty, ...]:
    """Give what a worker counts; what another worker counted in time is not done again."""
    every = measuring.EVERY_SECONDS
    return (Duty("count reports", every, lambda: count_reports(stopping)),)


def count_reports(stopping: threading.Event | None = None) -> None:
    """Count the last days of every merchant anew, each day in its own transaction.

    Counting again gives the same, so a worker may die anywhere.
    """

    def count(done: dict[str, Any]) -> Iterator[int]:
        back = max(measuring.due(done, DAYS), default=0)
        yield from _count_days(find_merchants(), back)

    measuring.measure(NAME, count, stopping)


@click.command("count-reports")
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=400, show_default=True,
    help="How many days back.",
)  # fmt: skip
@click.option("--merchant", "slug", help="Short name of one merchant; all of them without it.")
@told
def count_reports_anew(days: int, slug: str | None) -> None:
    """Count the reports of days gone by anew, for instance after an import of old returns."""
    with portal("reports"):
        merchants = find_merchants() if slug is None else [_merchant(slug)]
        counted = count_back(merchants, days)
    click.echo(f"Counted {counted} days of {len(merchants)} merchants.")


def count_back(merchants: Sequence[Merchant], days: int) -> int:
    """Count the last days of some merchants, each day in its own transaction; gives how many."""
    counted = 0
    for fresh in _count_days(merchants, days):
        db.session.commit()
        counted += fresh
    return counted


def _count_days(merchants: Sequence[Merchant], back: int) -> Iterator[int]:
    """Count merchant by merchant and day by day, then add each day up for the carrier.

    The caller commits after each; gives 1 for a merchant's day and 0 for the carrier's.
    """
    touched = set()
    for merchant in merchants:
        for day in _last_days(merchant, back):
            with reading():
                rows = reports.count_day(merchant, day)
            reports.replace_day(merchant.id, day, rows)
            touched.add(day)
            yield 1
    for day in sorted(touched, reverse=True):
        reports.replace_carrier_day(day)
        yield 0


def _last_days(merchant: Merchant, count: int) -> list[date]:
    today = clock.now().astimezone(ZoneInfo(merchant.timezone)).date()
    return [today - timedelta(days=back) for back in range(count)]


def find_merchants() -> list[Merchant]:
    """Give all merchants, detached: their names outlive the transactions of the days."""
    with reading():
        found = list(db.session.scalars(accounts.select_merchants()))
        for each in found:
            db.session.expunge(each)
    return found


def _merchant(slug: str) -> Merchant:
    found = [each for each in find_merchants() if each.slug == slug]
    if not found:
        end(f"There is no merchant with the short name {slug}.")
    return found[0]
