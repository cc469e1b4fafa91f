"""The list of dry runs, and what can be said of one in a few words."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from qcportal import jobs, rulebooks, trials
from qcportal.accounts import Merchant
from qcportal.blueprints.jinja import grouped
from qcportal.blueprints.showing import dry_run_result
from qcportal.blueprints.showing.dry_run_result import RowCount
from qcportal.blueprints.shown.dry_runs import DryRunRow, DryRunsPage, RowUse
from qcportal.blueprints.shown.frame import Badge, Link, Option
from qcportal.db import db
from qcportal.errors import Fault
from qcportal.jobs import Job
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.rulebooks import RulebookDraft
from qcportal.rules import document as rules_document

MOST = 50
SPANS = (30, 60, 90)
BADGES = {
    "waiting": Badge("wait", "circle-dashed", lazy_gettext("Waiting")),
    "running": Badge("wait", "play", lazy_gettext("Running")),
    "done": Badge("", "circle-check", lazy_gettext("Done")),
    "failed": Badge("late", "triangle-alert", lazy_gettext("Did not finish")),
    "cancelled": Badge("", "circle-slash", lazy_gettext("Cancelled")),
}


@dataclass(frozen=True)
class Ground:
    """Whose dry runs are shown, by which door; `store` names the merchant to the carrier."""

    merchant: Merchant
    draft: RulebookDraft | None
    kinds: Collection[str]
    url: Callable[..., str]
    return_url: Callable[[object], str]
    may_edit: bool
    store: str

    @cached_property
    def digest(self) -> str:
        """The digest of the draft as it is now; empty without one, or while it has faults."""
        if self.draft is None:
            return ""
        understood = rulebooks.understand(self.draft.document, self.kinds)
        if understood.faults or understood.book is None:
            return ""
        return rules_document.digest(understood.book)

    @cached_property
    def rows(self) -> frozenset[str]:
        """The ids of the rows that the draft has now."""
        rules = self.draft.document.get("rules", ()) if self.draft else ()
        return frozenset(str(rule.get("id")) for rule in rules)


def build(ground: Ground) -> DryRunsPage:
    """Build the list."""
    found = db.session.scalars(jobs.select_jobs(ground.merchant.id, trials.KIND).limit(MOST))
    return DryRunsPage(
        back=Link(ground.url("rules"), _("QC rules")),
        start=ground.url("start_dry_run") if ground.may_edit and ground.draft else "",
        spans=tuple(
            Option(str(days), ngettext("%(num)s day", "%(num)s days", days)) for days in SPANS
        ),
        chosen=str(SPANS[-1]),
        why_not=_why_not(ground),
        runs=tuple(_row(job, ground) for job in found),
        merchant=ground.store,
        tz=ground.merchant.timezone,
    )


def about(job: Job) -> str:
    """Say what a run goes over."""
    return ngettext(
        "Returns of the last %(num)s day", "Returns of the last %(num)s days", days_of(job)
    )


def days_of(job: Job) -> int:
    """Give how many days a run goes back."""
    return int(job.params.get("days", SPANS[-1]))


def refusal(faults: Sequence[Fault]) -> str:
    """Say why a run cannot start."""
    if any(fault.path == "/days" for fault in faults) or not faults:
        return _("Choose how many days to go back, from 30 to 90.")
    return ngettext(
        "The draft has %(num)s fault. Correct them first, then run it.",
        "The draft has %(num)s faults. Correct them first, then run it.",
        len(faults),
    )


def is_stale(job: Job, ground: Ground) -> bool:
    """Tell whether the draft is no longer the one that was run."""
    return ground.draft is not None and ground.digest != job.params["digest"]


def uses(rows: Sequence[RowCount], ground: Ground) -> tuple[RowUse, ...]:
    """Show rows with how often they fitted; those that the draft still has lead to it."""
    return tuple(
        RowUse(
            name=row.name,
            title=row.title,
            count=row.count,
            href=ground.url("rules_row", row=row.id) if row.id in ground.rows else "",
        )
        for row in rows
    )


def _outcome(job: Job) -> str:
    if job.state != "done":
        return ""
    told = dry_run_result.read(job)
    if not told.returns:
        return _("No return in that time")
    return ngettext(
        "%(n)s of %(num)s verdict would differ",
        "%(n)s of %(num)s verdicts would differ",
        told.returns,
        n=grouped(told.changed),
    )


def _row(job: Job, ground: Ground) -> DryRunRow:
    return DryRunRow(
        href=ground.url("dry_run", run=job.id),
        about=about(job),
        asked_at=job.asked_at,
        by=job.asked_by,
        badge=BADGES[job.state],
        outcome=_outcome(job),
    )


def _why_not(ground: Ground) -> str:
    if not ground.may_edit:
        return _("Your role may look at dry runs, not start them.")
    return "" if ground.draft else _("There is no draft. Edit the rules first, then run the draft.")
