"""One dry run as a page: how far it is, or what the draft would have made of past returns."""

import uuid
from collections.abc import Mapping, Sequence

from qcportal import errors, jobs, returns, trials
from qcportal.blueprints.jinja import duration, grouped
from qcportal.blueprints.showing import dry_run_result, dry_runs
from qcportal.blueprints.showing.dry_run_result import CHECKLISTS, Told
from qcportal.blueprints.showing.dry_runs import Ground
from qcportal.blueprints.shown.dry_runs import (
    ChangedReturn,
    ChangedReturnsPage,
    ChangeLine,
    DryRunPage,
    DryRunResult,
    MatrixCell,
    MatrixRow,
    RunProgress,
    VerdictMatrix,
    WouldChangeCard,
)
from qcportal.blueprints.shown.frame import Badge, Kpi, Link, Note
from qcportal.blueprints.shown.verdicts import RETURN_BADGES
from qcportal.db import db
from qcportal.jobs import Job
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.rules.tally import kind_of

BADGES: Mapping[str, Badge] = {
    **{
        name: RETURN_BADGES[name]
        for name in ("passed", "failed", "partially_passed", "needs_review", "pending")
    },
    "never_asked": Badge("", "circle-question-mark", lazy_gettext("A new check was never asked")),
    "not_required": RETURN_BADGES["not_required"],
}
"""By what a return was or becomes, in the order of the matrix."""
POLL_SECONDS = 2


def build(job: Job, ground: Ground) -> DryRunPage:
    """Build the page of a run."""
    told = dry_run_result.read(job) if job.state == "done" else None
    return DryRunPage(
        back=Link(ground.url("dry_runs"), _("Dry runs")),
        title=_("Dry run"),
        about=dry_runs.about(job),
        badge=dry_runs.BADGES[job.state],
        asked_at=job.asked_at,
        by=job.asked_by,
        progress=_progress(job, ground) if job.open else None,
        result=_result(job, told, ground) if told and told.returns else None,
        notes=_notes(job, told, ground),
        again=ground.url("start_dry_run") if _may_run_again(job, ground) else "",
        days=dry_runs.days_of(job),
        merchant=ground.store,
        tz=ground.merchant.timezone,
    )


def build_returns(job: Job, kind: str, ground: Ground) -> ChangedReturnsPage:
    """Build the list behind a count; raises NotFound for a kind that is none."""
    told = dry_run_result.read(job) if job.state == "done" else None
    if told is None or kind not in told.totals:
        raise errors.NotFound(_("There is no such list in this dry run."))
    shown = told.examples.get(kind, ())
    return ChangedReturnsPage(
        back=Link(ground.url("dry_run", run=job.id), _("Dry run")),
        title=kind_words(kind),
        about=_("%(span)s. The draft changed none of them.", span=dry_runs.about(job)),
        total=told.totals[kind],
        returns=_returns([uuid.UUID(return_id) for return_id, _other in shown], ground),
        merchant=ground.store,
    )


def card(ground: Ground) -> WouldChangeCard:
    """Build the compact card: the last run of the draft as it is, else the last run there was."""
    start = ground.url("start_dry_run") if ground.may_edit and ground.digest else ""
    job = trials.find_last(ground.merchant.id, ground.digest) if ground.digest else None
    stale = job is None
    if ground.draft is None:
        return WouldChangeCard(_("Edit the rules, and a dry run says what would change."))
    if job is None:
        job = db.session.scalars(jobs.select_jobs(ground.merchant.id, trials.KIND).limit(1)).first()
    if job is None or (stale and job.state != "done"):
        return WouldChangeCard(_("The draft was not run on past returns yet."), start=start)
    href = ground.url("dry_run", run=job.id)
    if job.state != "done":
        return WouldChangeCard(
            _("Dry run: %(state)s.", state=dry_runs.BADGES[job.state].text), href=href
        )
    told = dry_run_result.read(job)
    about = ngettext(
        "%(span)s, %(num)s return:",
        "%(span)s, %(num)s returns:",
        told.returns,
        span=dry_runs.about(job),
    )
    if stale:
        about = f"{_('An earlier state of the draft.')} {about}"
    return WouldChangeCard(about, _lines(job, told, ground), href, start=start if stale else "")


def kind_words(kind: str) -> str:
    """Say what kind of returns a list holds: "Passed → Failed"."""
    before, sign, after = kind.partition("-to-")
    if not sign:
        return _("Checklists that would differ")
    return f"{_verdict(before)} → {_verdict(after)}"


def _returns(ids: Sequence[uuid.UUID], ground: Ground) -> tuple[ChangedReturn, ...]:
    found = returns.find_by_ids(ground.merchant.id, ids)
    return tuple(
        ChangedReturn(
            awb=rvp.awb,
            href=ground.return_url(rvp.id),
            product=rvp.title,
            sku=rvp.lead_sku,
            more_items=rvp.item_count - 1,
            reason=rvp.return_reason,
            badge=RETURN_BADGES[rvp.qc_state],
        )
        for rvp in (found[each] for each in ids if each in found)
    )


def _verdict(name: str) -> str:
    return BADGES[name.replace("-", "_")].text


def _progress(job: Job, ground: Ground) -> RunProgress:
    waits = job.state == "waiting"
    return RunProgress(
        done=job.done,
        total=job.total,
        words=_("Waiting for a free worker") if waits else _("Looking through the returns"),
        refresh=ground.url("dry_run", run=job.id),
        cancel=ground.url("cancel_dry_run", run=job.id) if ground.may_edit else "",
        seconds=POLL_SECONDS,
    )


def _notes(job: Job, told: Told | None, ground: Ground) -> tuple[Note, ...]:
    notes = []
    if job.state == "failed":
        notes.append(Note("late", "triangle-alert", _("The run did not finish."), job.fault or ""))
    if job.state == "cancelled":
        text = ngettext(
            "It had looked at %(num)s return. Nothing was changed.",
            "It had looked at %(num)s returns. Nothing was changed.",
            job.done,
        )
        notes.append(Note("", "info", _("The run was cancelled."), text))
    if told is not None and not told.returns:
        text = _("Nothing came back in that time, so there is nothing to compare.")
        notes.append(Note("", "info", _("No return."), text))
    if dry_runs.is_stale(job, ground):
        text = _("This is what an earlier state of it would have done.")
        notes.append(Note("late", "clock-alert", _("The draft changed since this run."), text))
    return tuple(notes)


def _may_run_again(job: Job, ground: Ground) -> bool:
    return ground.may_edit and ground.draft is not None and not job.open


def _result(job: Job, told: Told, ground: Ground) -> DryRunResult:
    took = duration(job.ended_at - job.started_at) if job.ended_at and job.started_at else ""
    return DryRunResult(
        kpis=_kpis(job, told, ground),
        matrix=_matrix(job, told, ground),
        checks=told.checks,
        rows=dry_runs.uses([row for row in told.rows if row.count], ground),
        idle=dry_runs.uses([row for row in told.rows if not row.count], ground),
        took=_("Took %(span)s", span=took) if took else "",
    )


def _kpis(job: Job, told: Told, ground: Ground) -> tuple[Kpi, ...]:
    judged = sum(told.verdicts.values())
    differing = told.totals.get(CHECKLISTS, 0)
    href = _href(job, CHECKLISTS, ground) if differing else ""
    return (
        Kpi(
            _("Returns looked at"),
            told.returns,
            ngettext("%(num)s item", "%(num)s items", told.items),
        ),
        Kpi(
            _("Checklists that would differ"), differing, _share(differing, told.returns), href=href
        ),
        Kpi(
            _("Verdicts that would differ"),
            told.changed,
            _("of %(n)s checked", n=grouped(judged)),
        ),
    )


def _matrix(job: Job, told: Told, ground: Ground) -> VerdictMatrix | None:
    if not told.verdicts:
        return None
    befores = _in_order({before for before, _other in told.verdicts})
    afters = _in_order({after for _other, after in told.verdicts} | set(befores))
    return VerdictMatrix(
        tuple(BADGES[after] for after in afters),
        tuple(
            MatrixRow(
                BADGES[before],
                tuple(_cell(job, (before, after), told, ground) for after in afters),
            )
            for before in befores
        ),
    )


def _cell(job: Job, pair: tuple[str, str], told: Told, ground: Ground) -> MatrixCell:
    count, same = told.verdicts.get(pair, 0), pair[0] == pair[1]
    if same or not count:
        return MatrixCell(count, same=same)
    kind = kind_of(*pair)
    return MatrixCell(
        count,
        _href(job, kind, ground),
        words=_("returns, %(what)s", what=kind_words(kind)),
    )


def _lines(job: Job, told: Told, ground: Ground) -> tuple[ChangeLine, ...]:
    same = sum(count for (before, after), count in told.verdicts.items() if before == after)
    changed = sorted(
        ((pair, count) for pair, count in told.verdicts.items() if pair[0] != pair[1]),
        key=lambda each: -each[1],
    )
    lines = [ChangeLine(_("Same verdict"), same)]
    for pair, count in changed[:5]:
        kind = kind_of(*pair)
        lines.append(ChangeLine(kind_words(kind), count, _href(job, kind, ground)))
    return tuple(lines)


def _href(job: Job, kind: str, ground: Ground) -> str:
    return ground.url("dry_run_returns", run=job.id, kind=kind)


def _share(part: int, whole: int) -> str:
    share = f"{100 * part / whole:.1f}" if whole else ""
    return _("%(share)s%% of the returns", share=share) if whole else ""


def _in_order(names: set[str]) -> list[str]:
    return [name for name in BADGES if name in names]
