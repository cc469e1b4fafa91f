"""Admin pages of merchants and their keys."""

import uuid
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from qcportal import accounts, api_keys, clock, errors, reports, returns, rulebooks
from qcportal.accounts import Merchant
from qcportal.api_keys import ApiKey
from qcportal.blueprints.access import ADMIN_VIEW, OPERATE, VIEW_AS, actor, may, permission
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.admin.forms import ApiKeyForm, MerchantForm, take_faults
from qcportal.blueprints.admin.pages import (
    ZONE,
    ApiKeyRow,
    MerchantPage,
    MerchantRow,
    MerchantsPage,
    UserRow,
)
from qcportal.blueprints.showing.frames import ROLE_WORDS
from qcportal.blueprints.shown.frame import Fact
from qcportal.db import db
from qcportal.language import gettext as _


@blueprint.get("/merchants")
@permission(ADMIN_VIEW)
def merchants() -> str:
    """List all stores."""
    return _merchants(MerchantForm())


@blueprint.post("/merchants")
@permission(OPERATE)
def create_merchant() -> Any:
    """Add a store."""
    form = MerchantForm()
    if not form.validate():
        return _merchants(form), 400
    try:
        merchant = accounts.create_merchant(slug=form.slug.data, name=form.name.data, by=actor())
    except errors.PortalError as refused:
        take_faults(form, refused)
        return _merchants(form), refused.status
    db.session.commit()
    return redirect(url_for("admin.merchant_detail", id=merchant.id), 303)


@blueprint.get("/merchants/<uuid:id>")
@permission(ADMIN_VIEW)
def merchant_detail(id: uuid.UUID) -> str:
    """Show one store with its people and keys."""
    return _merchant(accounts.get_merchant(id), ApiKeyForm())


@blueprint.post("/merchants/<uuid:id>/keys")
@permission(OPERATE)
def create_api_key(id: uuid.UUID) -> Any:
    """Make a key; it is shown on the page that answers, and never again."""
    merchant, form = accounts.get_merchant(id), ApiKeyForm()
    if not form.validate():
        return _merchant(merchant, form), 400
    _, token = api_keys.create(
        merchant,
        name=form.name.data,
        scopes=tuple(form.scopes.data),
        expires_at=None,
        by=actor(),
    )
    db.session.commit()
    return _merchant(merchant, ApiKeyForm(formdata=None), new_key=token), 201


@blueprint.post("/keys/<uuid:id>/revoke")
@permission(OPERATE)
def revoke_api_key(id: uuid.UUID) -> Response:
    """Close a key at once."""
    key = api_keys.get_key(id)
    api_keys.revoke(key, by=actor())
    db.session.commit()
    return redirect(url_for("admin.merchant_detail", id=key.merchant_id), 303)


def _merchants(form: MerchantForm) -> str:
    today = clock.now().astimezone(ZoneInfo(ZONE)).date()
    month = reports.Wanted(today - timedelta(days=29), today)
    counts, moved = reports.sum_per_merchant(month), returns.find_last_moves()
    rows = [
        MerchantRow(
            id=str(merchant.id),
            name=merchant.name,
            code=merchant.slug,
            returns=counted.checked if (counted := counts.get(merchant.id)) else 0,
            failed=counted.failed if counted else 0,
            last_event_at=moved.get(merchant.id),
        )
        for merchant in db.session.scalars(accounts.select_merchants())
    ]
    return render_template("admin/merchants.html", page=MerchantsPage(tuple(rows)), form=form)


def _merchant(merchant: Merchant, form: ApiKeyForm, *, new_key: str = "") -> str:
    rulebook = rulebooks.find_latest(merchant.id)
    facts = (
        Fact(_("Time zone"), merchant.timezone),
        Fact(
            _("Rulebook"),
            _("%(title)s, version %(number)s", title=rulebook.title, number=rulebook.version)
            if rulebook
            else _("None"),
        ),
    )
    users = db.session.scalars(accounts.select_users(merchant_id=merchant.id))
    keys = db.session.scalars(api_keys.select_keys(merchant.id))
    page = MerchantPage(
        id=str(merchant.id),
        name=merchant.name,
        code=merchant.slug,
        facts=facts,
        users=tuple(
            UserRow(
                str(user.id),
                user.name,
                user.email,
                str(ROLE_WORDS.get(user.role, user.role)),
                active=user.active,
            )
            for user in users
        ),
        keys=tuple(_key(key) for key in keys),
        new_key=new_key,
        view_as=url_for("admin.view_as_merchant", id=merchant.id) if may(VIEW_AS) else "",
    )
    return render_template("admin/merchant.html", page=page, form=form)


def _key(key: ApiKey) -> ApiKeyRow:
    return ApiKeyRow(
        id=str(key.id),
        name=key.name,
        prefix=f"{api_keys.KIND}_{key.prefix}",
        scopes=tuple(key.scopes),
        created_at=key.created_at,
        used_at=key.used_at,
        revoked_at=key.revoked_at,
    )
