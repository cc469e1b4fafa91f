"""Raising disputes on ticked returns: the words once, what becomes of each, and a second step."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for

from qcportal import disputes, errors, returns
from qcportal.blueprints.access import DISPUTE, permission, person
from qcportal.blueprints.merchant import blueprint
from qcportal.blueprints.merchant.asking import asker
from qcportal.blueprints.showing import bulk_disputes, money
from qcportal.blueprints.showing.claim_faults import form_fault
from qcportal.blueprints.showing.held import Held
from qcportal.blueprints.showing.returns_list import list_filter, read_filters
from qcportal.blueprints.shown.bulk_disputes import BulkPage, BulkRow
from qcportal.blueprints.typed import check_texts
from qcportal.db import db
from qcportal.disputes import Raised
from qcportal.errors import Fault
from qcportal.language import gettext as _

MOST = 100
SHORTEST, LONGEST = 20, 1000


@blueprint.get("/disputes/bulk")
@permission(DISPUTE)
def bulk_disputes_form() -> str:
    """Show which of the ticked returns can be disputed, and ask for the words."""
    loaded = bulk_disputes.load(_wanted())
    rows = bulk_disputes.rows(loaded, asker())
    page = _page("fill", loaded, rows, kind=bulk_disputes.usual_kind(loaded))
    return render_template("merchant/disputes_bulk.html", page=_with_more(page))


@blueprint.post("/disputes/bulk")
@permission(DISPUTE)
def bulk_dispute() -> str | tuple[str, int]:
    """Check what would become of each, then make drafts or send them."""
    check_texts(request.form.to_dict(flat=False))
    loaded = bulk_disputes.load(_ids(request.form.getlist("return")))
    kind = request.form.get("kind", "")
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    step = request.form.get("action", "check")
    if error := _wrong(kind, text, step):
        rows = bulk_disputes.rows(loaded, asker())
        page = _page("fill", loaded, rows, kind=kind, text=text, error=error)
        return render_template("merchant/disputes_bulk.html", page=page), 400
    raised = disputes.raise_many(
        bulk_disputes.claims(loaded, kind, text), by=person(), sends=step != "drafts"
    )
    if step not in ("drafts", "send"):
        _undo()  # it was only to be known what would become of each
        loaded = bulk_disputes.load(list(loaded))
    else:
        db.session.commit()
    told = bulk_disputes.outcome(loaded, raised, asker())
    done = "done" if step in ("drafts", "send") else "check"
    page = _page(done, loaded, told, kind=kind, text=text, raised=raised)
    return render_template("merchant/disputes_bulk.html", page=page)


def _wanted() -> list[uuid.UUID]:
    """Give the ticked returns of the address, or with `all` those of its filters."""
    if request.args.get("all") != "1":
        return _ids(request.args.getlist("return"))
    page = returns.get_page(list_filter(read_filters(request.args), asker()), None, size=MOST)
    return [rvp.id for rvp in page.rows]


def _with_more(page: BulkPage) -> BulkPage:
    """Offer, as a step of its own, all returns of the filter that the ticked ones came from."""
    if request.args.get("all") == "1" or not page.rows:
        return page
    filters = read_filters(request.args)
    there = min(returns.count_tabs(list_filter(filters, asker()))[filters.tab], MOST)
    if there <= len(page.rows):
        return page
    args: dict[str, Any] = {**filters.args(), "all": "1"}
    return replace(page, more=there, more_href=url_for("merchant.bulk_disputes_form", **args))


def _ids(texts: list[str]) -> list[uuid.UUID]:
    try:
        found = list(dict.fromkeys(uuid.UUID(text) for text in texts))
    except ValueError as error:
        fault = Fault("/return", "bad_id", _("Tick returns of the list."))
        raise errors.Invalid(faults=[fault]) from error
    if len(found) > MOST:
        raise errors.TooLarge(_("Raise %(most)s disputes at a time.", most=MOST))
    return found


def _wrong(kind: str, text: str, step: str) -> str:
    shortest = 0 if step == "drafts" else SHORTEST
    if kind not in disputes.KINDS:
        return form_fault(Fault("/kind", "unknown_kind", "")).words
    if not shortest <= len(text) <= LONGEST:
        return form_fault(Fault("/text", "bad_text", "")).words
    return ""


def _undo() -> None:
    db.session.expunge_all()
    db.session.rollback()


def _page(
    step: str, loaded: Mapping[uuid.UUID, Held], rows: tuple[BulkRow, ...], *, kind: str,
    text: str = "", error: str = "", raised: list[Raised] | None = None,
) -> BulkPage:  # fmt: skip
    able = {row.id for row in rows if not row.why_not}
    claimed = bulk_disputes.claimed(loaded, able)
    return BulkPage(
        step=step,
        rows=rows,
        back=url_for("merchant.returns_list"),
        kinds=bulk_disputes.kinds(loaded, kind),
        kind=kind,
        text=text,
        error=error,
        total=money.in_words(claimed, "INR"),
        sent=any(each.number for each in raised or ()),
    )
