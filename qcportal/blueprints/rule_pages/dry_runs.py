"""Dry runs of a draft over past returns: start one, watch it, and read what it says."""

import uuid

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from qcportal import errors, jobs, rulebooks, trials
from qcportal.accounts import Merchant
from qcportal.blueprints.access import actor, settings
from qcportal.blueprints.rule_pages.door import Door, Route
from qcportal.blueprints.showing import dry_run, dry_runs
from qcportal.blueprints.showing.dry_runs import Ground
from qcportal.db import db
from qcportal.jobs import Job


def runs(door: Door, merchant: Merchant) -> str:
    """List the dry runs so far, and offer the next one."""
    page = dry_runs.build(ground_of(door, merchant))
    return render_template("rules/dry_runs.html", page=page, door=door)


def start(door: Door, merchant: Merchant) -> Response:
    """Start a run of the draft; one that has faults is told to be corrected first."""
    draft = rulebooks.get_draft(merchant.id)
    try:
        days = int(request.form.get("days", ""))
        job = trials.start(
            merchant.id,
            document=draft.document,
            days=days,
            by=actor(),
            kinds=settings().capture_kinds,
        )
    except (ValueError, errors.Invalid) as refused:
        faults = getattr(refused, "faults", ())
        flash(dry_runs.refusal(faults), "error")
        return redirect(door.url("dry_runs"), 303)
    db.session.commit()
    return redirect(door.url("dry_run", run=job.id), 303)


def run(door: Door, merchant: Merchant, run: uuid.UUID) -> str:
    """Show how far a run is, or what came of it."""
    page = dry_run.build(_job(merchant, run), ground_of(door, merchant))
    return render_template("rules/dry_run.html", page=page, door=door)


def returns_of(door: Door, merchant: Merchant, run: uuid.UUID, kind: str) -> str:
    """List some of the returns of one kind, such as those that passed and would fail."""
    page = dry_run.build_returns(_job(merchant, run), kind, ground_of(door, merchant))
    return render_template("rules/dry_run_returns.html", page=page, door=door)


def cancel(door: Door, merchant: Merchant, run: uuid.UUID) -> Response:
    """Call a run off; one that has ended meanwhile stays as it is."""
    try:
        jobs.cancel(_job(merchant, run), by=actor())
    except errors.Conflict as late:
        flash(late.detail)
    db.session.commit()
    return redirect(door.url("dry_run", run=run), 303)


def _job(merchant: Merchant, job_id: uuid.UUID) -> Job:
    job = jobs.get_job(job_id)
    if job.kind != trials.KIND or job.merchant_id != merchant.id:
        raise errors.NotFound()
    return job


def ground_of(door: Door, merchant: Merchant) -> Ground:
    """Give what every page of dry runs is built from."""
    return Ground(
        merchant=merchant,
        draft=rulebooks.find_draft(merchant.id),
        kinds=settings().capture_kinds,
        url=door.url,
        return_url=door.return_url,
        may_edit=door.may_edit,
        store=merchant.name if door.name == "admin" else "",
    )


ROUTES: tuple[Route, ...] = (
    Route("/dry-runs", "dry_runs", runs),
    Route("/dry-runs", "start_dry_run", start, changes=True),
    Route("/dry-runs/<uuid:run>", "dry_run", run),
    Route("/dry-runs/<uuid:run>/cancel", "cancel_dry_run", cancel, changes=True),
    Route("/dry-runs/<uuid:run>/<kind>", "dry_run_returns", returns_of),
)
