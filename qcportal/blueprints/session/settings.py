"""What people set for themselves: looks and language, mails, and the password."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for

from qcportal import accounts, errors, mail, sessions
from qcportal.accounts import User
from qcportal.blueprints import access
from qcportal.blueprints.access import SIGNED_IN, permission
from qcportal.blueprints.session import blueprint
from qcportal.blueprints.session.account_forms import ChangePasswordForm
from qcportal.blueprints.showing.frames import ROLE_WORDS
from qcportal.blueprints.shown.people import NoticeChoice, NoticesPage, SettingsPage
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.mail import Choices


@blueprint.get("/settings", endpoint="settings")
@permission(SIGNED_IN)
def show_settings() -> str:
    """Show what can be set, and where."""
    user = _user()
    role = str(ROLE_WORDS.get(user.role, user.role))
    page = SettingsPage(user.name, user.email, role, tuple(_links()))
    return render_template("session/settings.html", page=page)


@blueprint.get("/settings/notifications")
@permission(SIGNED_IN)
def notifications() -> str:
    """Show which mails the person gets, and when."""
    return _notices_page(mail.choices_of(_user().id))


@blueprint.post("/settings/notifications")
@permission(SIGNED_IN)
def choose_notifications() -> Any:
    """Keep which mails the person wants."""
    user, hour = _user(), request.form.get("digest_hour", "")
    kinds = mail.kinds_of(user.role, is_admin=user.is_admin)
    sent = {kind.key: request.form[kind.key] for kind in kinds if kind.key in request.form}
    kept = dict(mail.choices_of(user.id).chosen)
    others = {key: how for key, how in kept.items() if key not in sent and key in _keys(kinds)}
    choices = Choices(int(hour) if hour.isdecimal() and len(hour) < 3 else -1, others | sent)
    try:
        mail.choose(user, choices)
    except errors.Invalid as refused:
        faults = tuple(fault.message for fault in refused.faults)
        return _notices_page(mail.choices_of(user.id), faults), 400
    db.session.commit()
    flash(_("Saved."))
    return redirect(url_for("session.notifications"), 303)


@blueprint.get("/settings/password")
@permission(SIGNED_IN)
def password() -> str:
    """Ask for the old and the new password."""
    return _password_page(ChangePasswordForm())


@blueprint.post("/settings/password")
@permission(SIGNED_IN)
def change_password() -> Any:
    """Set another password; the person stays signed in here and nowhere else."""
    form, user, browser = ChangePasswordForm(), _user(), access.browser()
    if not form.validate():
        return _password_page(form), 400
    sessions.check_throttle(user.email, browser)
    if not accounts.check_password(user, form.current.data):
        sessions.record_failure(user.email, browser)
        db.session.commit()
        form.current.errors = [_("This is not your current password.")]
        return _password_page(form), 400
    try:
        accounts.set_password(user, form.password.data, by=user.actor)
    except errors.Invalid as refused:
        form.take(refused)
        return _password_page(form), 400
    sessions.end_all(user.id, but=access.current_session().id)
    db.session.commit()
    flash(_("Your password was changed. Everywhere else you were signed out."))
    return redirect(url_for("session.settings"), 303)


def _user() -> User:
    return access.current_session().user


def _keys(kinds: tuple[mail.Kind, ...]) -> set[str]:
    return {kind.key for kind in kinds}


def _links() -> list[tuple[str, str, str, str]]:
    rows = [
        ("/settings/notifications", "mail", _("Mail"), _("What you are told, and when")),
        ("/settings/keyboard", "keyboard", _("Keys"), _("Single keys on or off")),
        ("/settings/password", "key-round", _("Password"), _("Choose another one")),
        ("/account/second-step", "shield-check", _("Second step"), _("A code when you sign in")),
        ("/account/sessions", "monitor", _("Signed in"), _("Where, and since when")),
    ]
    known = {rule.rule for rule in current_app.url_map.iter_rules()}
    return [row for row in rows if row[0] in known]


def _notices_page(choices: Choices, faults: tuple[str, ...] = ()) -> str:
    user = _user()
    rows = [
        NoticeChoice(kind.key, str(kind.says), choices.how(kind, user.role))
        for kind in mail.kinds_of(user.role, is_admin=user.is_admin)
    ]
    page = NoticesPage(
        choices=tuple(rows),
        hour=choices.digest_hour,
        zone=mail.zone_of(user),
        email=user.email,
        sends=access.settings().sends_mail,
        faults=faults,
    )
    return render_template("session/notifications.html", page=page)


def _password_page(form: ChangePasswordForm) -> str:
    return render_template("session/password.html", form=form)
