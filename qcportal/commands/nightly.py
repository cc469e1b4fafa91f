"""The nightly look, both ways: what the bucket lost or holds too much, and what drifted."""

from datetime import timedelta
from typing import Any

from qcportal import clock, reconciliation, verification
from qcportal.doctor import Verdict
from qcportal.doctor.store import check_bucket
from qcportal.reconciliation import Scope, Tally, Tools
from qcportal.verification import Options

DAYS = 35


def look_both_ways(tools: Tools, tally: Tally, *, days: int = DAYS) -> dict[str, Any]:
    """Reconcile the last `days`, verify the invariants over them, judge the bucket's settings.

    Gives what was found, and keeps it in the history of reconciliation (`NIGHTLY`).
    """
    cycle = reconciliation.reconcile(tools, Scope(days), tally)
    since = (clock.now() - timedelta(days=days)).date()
    report = verification.verify(tools.eye.store, tools.kinds, Options(since=since))
    drift = [each for each in check_bucket(tools.eye.store) if each.verdict is not Verdict.OK]
    failed = any(each.verdict is Verdict.FAILED for each in drift)
    found = {
        "whole": cycle.whole and report.holds and not failed,
        "cycle": cycle.as_json(),
        "verified": _shortened(report.as_json()),
        "drift": [each.as_json() for each in drift],
    }
    reconciliation.record(reconciliation.NIGHTLY, found)
    tools.keep()
    return found


def _shortened(report: dict[str, Any]) -> dict[str, Any]:
    """Leave three offences per invariant: `qcportal verify` names the others."""
    invariants = {
        name: {**each, "first": each["first"][:3]} for name, each in report["invariants"].items()
    }
    return {**report, "invariants": invariants}
