"""Admin pages of everybody who signs in."""

import uuid
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import accounts, errors, sessions
from qcportal.accounts import ADMIN_ROLES, MERCHANT_ROLES
from qcportal.blueprints.access import ADMIN_VIEW, ADMINISTER, actor, current_session, permission
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.admin.forms import UserForm, choices, take_faults
from qcportal.blueprints.admin.pages import UserRow, UsersPage
from qcportal.blueprints.showing.frames import ROLE_WORDS
from qcportal.db import db
from qcportal.language import gettext as _

CARRIER = ""


@blueprint.get("/users")
@permission(ADMIN_VIEW)
def users() -> str:
    """List everybody who signs in."""
    return _users(_form())


@blueprint.post("/users")
@permission(ADMINISTER)
def create_user() -> Any:
    """Give somebody an account."""
    form = _form()
    if not form.validate():
        return _users(form), 400
    chosen = form.merchant.data
    try:
        accounts.create_user(
            email=form.email.data,
            name=form.name.data,
            password=form.password.data,
            role=form.role.data,
            merchant=accounts.get_merchant(uuid.UUID(chosen)) if chosen else None,
            by=actor(),
        )
    except errors.PortalError as refused:
        take_faults(form, refused)
        return _users(form), refused.status
    db.session.commit()
    return redirect(url_for("admin.users"), 303)


@blueprint.post("/users/<uuid:id>/active")
@permission(ADMINISTER)
def set_user_active(id: uuid.UUID) -> Response:
    """Close or open an account; closing ends its sessions. Nobody closes their own."""
    user = accounts.get_user(id)
    if user.id == current_session().user.id:
        raise errors.Conflict(_("You cannot close your own account."))
    if request.form.get("active") == "1":
        accounts.reactivate(user, by=actor())
    else:
        accounts.deactivate(user, by=actor())
        sessions.end_all(user.id)
    db.session.commit()
    return redirect(url_for("admin.users"), 303)


def _form() -> UserForm:
    form = UserForm()
    stores = db.session.scalars(accounts.select_merchants())
    named = ((str(each.id), each.name) for each in stores)
    form.merchant.choices = choices([(CARRIER, _("Carrier")), *named])
    roles = (*MERCHANT_ROLES, *ADMIN_ROLES)
    form.role.choices = choices((role, ROLE_WORDS[role]) for role in roles)
    return form


def _users(form: UserForm) -> str:
    me = current_session().user
    seen = sessions.find_last_seen()
    rows = [
        UserRow(
            id=str(user.id),
            name=user.name,
            email=user.email,
            role=ROLE_WORDS[user.role],
            merchant=user.merchant.name if user.merchant else "",
            active=user.active,
            totp=user.totp_secret is not None,
            seen_at=seen.get(user.id),
            is_self=user.id == me.id,
        )
        for user in db.session.scalars(accounts.select_users())
    ]
    return render_template("admin/users.html", page=UsersPage(tuple(rows)), form=form)
