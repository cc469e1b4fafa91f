"""Published versions to read and compare, and the publishing of the draft."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request

from qcportal import errors, rulebooks
from qcportal.accounts import Merchant
from qcportal.blueprints.access import actor, settings
from qcportal.blueprints.rule_pages.door import Door, Route
from qcportal.blueprints.rule_pages.saving import Desk
from qcportal.blueprints.rule_pages.typed_text import clean
from qcportal.blueprints.showing import rules_row, rules_versions
from qcportal.blueprints.showing.rules_table import Typed
from qcportal.blueprints.showing.rules_versions import DRAFT, MOST_CHOICES
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.rulebooks import Release, RulebookDraft, editing

MOST_VERSIONS = 500


def versions(door: Door, merchant: Merchant) -> str:
    """List every version."""
    found = db.session.scalars(rulebooks.select_versions(merchant.id).limit(MOST_VERSIONS)).all()
    page = rules_versions.listed(Desk.of(door, merchant), found)
    return render_template("rules/versions.html", page=page)


def version(door: Door, merchant: Merchant, number: int) -> str:
    """Show one version as it was published."""
    desk, found = _reading(door, merchant, number)
    page = rules_versions.read(desk, found)
    return render_template("rules/version.html", page=page)


def version_row(door: Door, merchant: Merchant, number: int, row: str) -> str:
    """Show one row of a version as it was published."""
    desk, found = _reading(door, merchant, number)
    if editing.find_row(found.document, "rules", row) is None:
        raise errors.NotFound()
    page = rules_row.build(desk, row, Typed(found.document), seen="")
    return render_template("rules/row.html", page=page, door=door)


def compare(door: Door, merchant: Merchant) -> str:
    """Show what differs from one version to another, or to the draft."""
    desk = Desk.of(door, merchant)
    live = desk.live.version if desk.live else 0
    old = _which(desk, "old", live if desk.draft else live - 1)
    new = _which(desk, "new", DRAFT if desk.draft else live)
    found = db.session.scalars(rulebooks.select_versions(merchant.id).limit(MOST_CHOICES)).all()
    page = rules_versions.compared(desk, old, new, found)
    return render_template("rules/compare.html", page=page, door=door)


def publishing(door: Door, merchant: Merchant) -> str:
    """Show the last look before the draft is published."""
    desk = Desk.of(door, merchant)
    return _last_look(desk, desk.editable())


def publish_draft(door: Door, merchant: Merchant) -> Any:
    """Publish the draft with a note."""
    desk = Desk.of(door, merchant)
    draft, note = desk.editable(), clean(request.form.get("note", ""), lines=True)
    release = Release(
        note=note,
        revision=request.form.get("revision", 0, type=int),
        over=request.form.get("over", 0, type=int),
        kinds=settings().capture_kinds,
        by=actor(),
    )
    try:
        published, new = rulebooks.publish_draft(merchant, draft, release)
    except rulebooks.DraftMoved as moved:
        return _last_look(desk, draft, note=note, clash=moved.detail), 409
    except errors.Invalid as refused:
        words = {fault.path: fault.message for fault in refused.faults}
        return _last_look(desk, draft, note=note, note_fault=words.get("/note", "")), 400
    db.session.commit()
    number = published.version
    said = _("Version %(number)s is live. New returns are checked by it.", number=number)
    flash(said if new else _("Nothing differs from the live version, so it stays as it is."))
    return redirect(door.url("rules"), 303)


def _reading(door: Door, merchant: Merchant, number: int) -> tuple[Desk, rulebooks.Rulebook]:
    if number > 2**31 - 1:
        raise errors.NotFound()
    found = rulebooks.get_version(merchant.id, number)
    desk = replace(Desk.of(door, merchant), draft=None, reading=found)
    return desk, found


def _last_look(desk: Desk, draft: RulebookDraft, **said: str) -> str:
    page = rules_versions.before_publishing(desk, draft, **said)
    return render_template("rules/publish.html", page=page, door=desk.door)


def _which(desk: Desk, name: str, otherwise: str | int) -> str:
    """Give the version that was asked for; raises NotFound for what there cannot be."""
    asked = request.args.get(name, "") or str(otherwise)
    if asked == DRAFT and desk.draft:
        return asked
    if not asked.isascii() or not asked.isdigit() or not 0 < int(asked) < 2**31:
        raise errors.NotFound(_("There are no two versions to compare yet."))
    return asked


ROUTES: tuple[Route, ...] = (
    Route("/versions", "rules_versions", versions),
    Route("/versions/<int:number>", "rules_version", version),
    Route("/versions/<int:number>/rows/<row>", "rules_version_row", version_row),
    Route("/compare", "rules_compare", compare),
    Route("/publishing", "rules_publishing", publishing),
    Route("/publishing", "publish_rules_draft", publish_draft, changes=True),
)
