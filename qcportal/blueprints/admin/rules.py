"""The rule pages of any merchant, and the list of stores that leads to them."""

from flask import render_template, url_for

from qcportal import accounts, rulebooks
from qcportal.accounts import Merchant
from qcportal.blueprints.access import ADMIN_VIEW, permission
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.rule_pages import routes
from qcportal.blueprints.rule_pages.door import ADMIN_DOOR
from qcportal.blueprints.shown.rules_home import StoreRow
from qcportal.db import db
from qcportal.language import gettext as _

routes.register(blueprint, ADMIN_DOOR)


@blueprint.get("/rules")
@permission(ADMIN_VIEW)
def rule_stores() -> str:
    """List the stores with the state of their rules."""
    merchants = db.session.scalars(accounts.select_merchants()).all()
    live = {each.merchant_id: each for each in db.session.scalars(rulebooks.select_in_force())}
    drafts = {each.merchant_id: each for each in db.session.scalars(rulebooks.select_drafts())}
    rows = [_store(each, live.get(each.id), drafts.get(each.id)) for each in merchants]
    return render_template("rules/stores.html", rows=rows)


def _store(
    merchant: Merchant,
    rulebook: rulebooks.Rulebook | None,
    draft: rulebooks.RulebookDraft | None,
) -> StoreRow:
    return StoreRow(
        name=merchant.name,
        href=url_for("admin.rules", merchant_id=merchant.id),
        live=_("%(title)s, version %(number)s", title=rulebook.title, number=rulebook.version)
        if rulebook
        else "",
        draft=_("changed by %(name)s", name=draft.updated_by) if draft else "",
    )
