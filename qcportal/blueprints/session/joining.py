"""Links that came by mail and work once: into a new account, and to a new password.

The secret of a link is taken out of the address at once, into the browser's own signed cookie, so
that it stands in no history, log or referrer of the pages after.
"""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from qcportal import accounts, errors, invitations, language, mail, password_resets, sessions
from qcportal.blueprints import access
from qcportal.blueprints.access import ANYONE, permission
from qcportal.blueprints.session import blueprint
from qcportal.blueprints.session.account_forms import ForgotForm, JoinForm, NewPasswordForm
from qcportal.blueprints.session.views import let_in
from qcportal.blueprints.showing.frames import ROLE_WORDS
from qcportal.blueprints.shown.people import JoinPage
from qcportal.db import db
from qcportal.invitations import Invitation
from qcportal.language import gettext as _
from qcportal.mail import NewMail
from qcportal.password_resets import PasswordReset

LONGEST_PROOF = 100


@blueprint.get("/join/<uuid:id>")
@permission(ANYONE)
def join_by_link(id: uuid.UUID) -> Response:
    """Take an invitation's link in, and go on without its secret in the address."""
    return _take_in("join", id)


@blueprint.get("/join")
@permission(ANYONE)
def join() -> Any:
    """Ask who was invited for a name and a password."""
    return _join_page(JoinForm(formdata=None))


@blueprint.post("/join")
@permission(ANYONE)
def accept_invitation() -> Any:
    """Open the account, use the link up, and sign the person in."""
    invitation, form = _invitation(), JoinForm()
    if invitation is None or not form.validate():
        return _join_page(form, 400)
    try:
        user = invitations.accept(invitation, name=form.name.data, password=form.password.data)
    except errors.Invalid as refused:
        form.take(refused)
        db.session.rollback()
        return _join_page(form, 400)
    cookie.pop("join", None)
    return let_in(user, None)


@blueprint.get("/forgot-password")
@permission(ANYONE)
def forgot_password() -> str:
    """Ask for the mail address of who forgot the password."""
    return _forgot_page(ForgotForm())


@blueprint.post("/forgot-password")
@permission(ANYONE)
def send_password_link() -> Any:
    """Send a link, and say the same whether or not there is such an account."""
    form, browser = ForgotForm(), access.browser()
    if not form.validate() or not access.settings().sends_mail:
        return _forgot_page(form), 400
    sessions.check_throttle(f"forgot {form.email.data}", browser)
    sessions.record_failure(f"forgot {form.email.data}", browser)
    user = accounts.find_user_by_email(form.email.data)
    reset = password_resets.offer(user, key=access.settings().secret_key) if user else None
    if user is not None and reset is not None:
        spoken = user.language or language.current()
        data = {"id": str(reset.id)}
        new = NewMail("password", user.email, spoken, data, user.merchant_id, user.id)
        mail.write(new)
    db.session.commit()
    flash(_("If there is such an account, a link is on its way. It works for one hour."))
    return redirect(url_for("session.sign_in"), 303)


@blueprint.get("/new-password/<uuid:id>")
@permission(ANYONE)
def new_password_by_link(id: uuid.UUID) -> Response:
    """Take the link to a new password in, and go on without its secret in the address."""
    return _take_in("new_password", id)


@blueprint.get("/new-password")
@permission(ANYONE)
def new_password() -> Any:
    """Ask for the new password."""
    return _password_page(NewPasswordForm(formdata=None))


@blueprint.post("/new-password")
@permission(ANYONE)
def set_new_password() -> Any:
    """Set the new password; whoever is signed in with the old one is signed out."""
    reset, form = _reset(), NewPasswordForm()
    if reset is None or not form.validate():
        return _password_page(form, 400)
    try:
        password_resets.use(reset, form.password.data)
    except errors.Invalid as refused:
        form.take(refused)
        db.session.rollback()
        return _password_page(form, 400)
    db.session.commit()
    cookie.pop("new_password", None)
    flash(_("Your password was changed. Sign in with it."))
    return redirect(url_for("session.sign_in"), 303)


def _take_in(what: str, id: uuid.UUID) -> Response:
    cookie[what] = {"id": str(id), "proof": request.args.get("proof", "")[:LONGEST_PROOF]}
    return redirect(url_for(f"session.{what}"), 303)


def _invitation() -> Invitation | None:
    held = cookie.get("join")
    return invitations.find_usable(uuid.UUID(held["id"]), held["proof"]) if held else None


def _reset() -> PasswordReset | None:
    held = cookie.get("new_password")
    return password_resets.find_usable(uuid.UUID(held["id"]), held["proof"]) if held else None


def _join_page(form: JoinForm, status: int = 200) -> Any:
    found = _invitation()
    if found is None:
        return render_template("session/join.html", page=JoinPage(), form=form), 404
    store = accounts.get_merchant(found.merchant_id).name if found.merchant_id else _("Carrier")
    page = JoinPage(found.email, store, str(ROLE_WORDS[found.role]), found.invited_by)
    return render_template("session/join.html", page=page, form=form), status


def _forgot_page(form: ForgotForm) -> str:
    sends = access.settings().sends_mail
    return render_template("session/forgot_password.html", form=form, sends=sends)


def _password_page(form: NewPasswordForm, status: int = 200) -> Any:
    usable = _reset() is not None
    shown = render_template("session/new_password.html", form=form, usable=usable)
    return shown, status if usable else 404
