"""What the page of a return says of disputing it: its clock, its dispute, the steps of that."""

from datetime import UTC, datetime

from flask import url_for

from qcportal import clock, disputes
from qcportal.blueprints.access import DISPUTE, may, person
from qcportal.blueprints.showing.dispute_case import case_line
from qcportal.blueprints.showing.dispute_clocks import next_words, time_to_file
from qcportal.blueprints.showing.dispute_events import events
from qcportal.blueprints.showing.dispute_form import refusal
from qcportal.blueprints.showing.held import Held
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.return_page import Event, ReturnDispute
from qcportal.disputes import Case, State
from qcportal.disputes.eligibility import eligibility
from qcportal.returns import Return

LONG_AGO = datetime.min.replace(tzinfo=UTC)


def case_of(rvp: Return) -> Case | None:
    """Find the latest dispute of a return, for one statement where there is one."""
    if rvp.dispute_state == "none":
        return None
    return disputes.find_case_of_return(rvp.id, by=person())


def build(held: Held, case: Case | None, asker: Asker) -> ReturnDispute | None:
    """Tell of the dispute there is, else until when one can be raised; None before a verdict."""
    if case is not None and case.state is not State.WITHDRAWN:
        return _standing(case, asker)
    said = eligibility(held.rvp, None)
    if said.code == "file_over":
        return ReturnDispute(refused=refusal(said, asker.zone))
    if not said.allowed or said.file_by is None:
        return None
    left = time_to_file(said.file_by, clock.now(), asker.zone)
    allowed = asker.merchant_id is not None and may(DISPUTE)
    href = url_for("merchant.new_dispute", id=held.rvp.id) if allowed else ""
    return ReturnDispute(clock=left, raise_href=href)


def with_steps(told: tuple[Event, ...], case: Case | None) -> tuple[Event, ...]:
    """Put the steps of a dispute among the events of its return, newest first."""
    if case is None:
        return told
    steps = events(disputes.get_history(case.id, by=person()))
    return tuple(sorted([*told, *steps], key=_moment, reverse=True))


def _moment(event: Event) -> datetime:
    return event.at or LONG_AGO


def _standing(case: Case, asker: Asker) -> ReturnDispute:
    inside = asker.merchant_id is None
    line = case_line(case, inside=inside, zone=asker.zone)
    href = url_for("admin.dispute" if inside else "merchant.dispute", id=case.id)
    return ReturnDispute(
        clock=line.clock,
        state=line.state,
        number=line.number,
        href=href,
        next="" if inside else next_words(case, asker.zone),
    )
