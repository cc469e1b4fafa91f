"""Deciding on a finding: exactly one person does; a decision is a note to people and no penalty."""

import uuid
from typing import Any

from sqlalchemy import update

from qcportal import clock, errors, history
from qcportal.db import db
from qcportal.history import Actor, Entry
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.likeness.reads import get_finding
from qcportal.likeness.tables import Decision, Finding

LONGEST = 1000
WORDS = {
    "same_bytes": (lazy_gettext("not a problem"), lazy_gettext("confirmed re-use")),
    "near_duplicate": (lazy_gettext("not a problem"), lazy_gettext("confirmed re-use")),
    "impossible_travel": (
        lazy_gettext("not a problem"),
        lazy_gettext("confirmed: the place is wrong"),
    ),
    "impossible_time": (
        lazy_gettext("not a problem"),
        lazy_gettext("confirmed: the time is wrong"),
    ),
}


def decide(finding_id: uuid.UUID, decision: Decision, *, by: Actor, note: str = "") -> Finding:
    """Let one person dismiss or confirm a finding; gives it as it is then.

    Raises NotFound, Invalid for a note that is too long, and Conflict with words when somebody
    decided before; none of them changes anything.
    """
    text = note.strip()
    if len(text) > LONGEST:
        words = _("Give a note of at most %(n)s characters.", n=LONGEST)
        raise errors.Invalid(words, faults=[errors.Fault("/note", "too_long", words)])
    finding = get_finding(finding_id)
    if not _claim(finding_id, decision, by, text):
        raise errors.Conflict(_why_not(get_finding(finding_id)))
    data = {"decision": decision, "note": text, "kind": finding.kind}
    history.record([Entry(finding_id, None, "likeness_decided", by, data)])
    return get_finding(finding_id)


def said(finding: Finding) -> str:
    """Say the decision of a decided finding in words."""
    return WORDS[finding.kind][finding.state == "confirmed"]


def _claim(finding_id: uuid.UUID, decision: Decision, by: Actor, note: str) -> bool:
    """Decide unless somebody did; the database lets exactly one through."""
    result: Any = db.session.execute(
        update(Finding)
        .where(Finding.id == finding_id, Finding.state == "open")
        .values(state=decision, decided_at=clock.now(), decided_by_name=by.label, note=note)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)


def _why_not(finding: Finding) -> str:
    who = finding.decided_by_name or _("Somebody")
    return _(
        "%(name)s decided before you: %(decision)s. Your choice changed nothing.",
        name=who,
        decision=said(finding),
    )
