"""Every rule page and action, as both doors offer them."""

from flask import Blueprint

from qcportal.blueprints.rule_pages import door as doors
from qcportal.blueprints.rule_pages import dry_runs, home, lists, rows, tables, try_it, versions
from qcportal.blueprints.rule_pages.door import Door, Route

ROUTES: tuple[Route, ...] = (
    *home.ROUTES,
    *tables.ROUTES,
    *rows.ROUTES,
    *lists.ROUTES,
    *versions.ROUTES,
    *try_it.ROUTES,
    *dry_runs.ROUTES,
)


def register(blueprint: Blueprint, door: Door) -> None:
    """Put every rule page on a door's blueprint."""
    doors.register(blueprint, door, ROUTES)
