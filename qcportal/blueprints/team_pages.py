"""The pages of people, written once for two doors: list, invite, roles, switching off.

Not an audience: `merchant/people.py` and `admin/users.py` bind these to their addresses.
"""

import uuid
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from qcportal import accounts, errors, invitations, language, mail, sessions
from qcportal.accounts import User
from qcportal.blueprints.access import actor, settings
from qcportal.blueprints.forms import Form
from qcportal.blueprints.showing import team as pages
from qcportal.blueprints.showing.team import CARRIER, Team
from qcportal.db import db
from qcportal.invitations import Invitation
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.mail import NewMail


class InviteForm(Form):
    """Whom to ask, and what they may; the choices are set by the view."""

    email = StringField(
        lazy_gettext("Mail address"),
        [InputRequired(lazy_gettext("Enter a mail address.")), Length(max=300)],
    )
    store = SelectField(lazy_gettext("Store"), choices=[])
    role = SelectField(lazy_gettext("Role"), choices=[])


def show(team: Team) -> str:
    """List people and invitations."""
    return _render(team, invite_form(team))


def invite(team: Team) -> Any:
    """Ask somebody by mail; where no mail is set up, the answer alone shows the link."""
    form = invite_form(team)
    if not form.validate():
        return _render(team, form), 400
    chosen = form.store.data if team.merchant is None else str(team.merchant.id)
    if not team.may(chosen != CARRIER):
        raise errors.Forbidden(_("Only a system admin invites the carrier's own people."))
    merchant = None if chosen == CARRIER else accounts.get_merchant(uuid.UUID(chosen))
    try:
        made = invitations.invite(
            form.email.data or "",
            form.role.data,
            merchant=merchant,
            key=settings().secret_key,
            by=actor(),
        )
    except errors.PortalError as refused:
        _take_faults(form, refused)
        return _render(team, form), refused.status
    return _sent(team, made)


def send_again(team: Team, id: uuid.UUID) -> Any:
    """Make another link and send it; the one before is dead."""
    invitation = _invitation(team, id)
    invitations.send_again(invitation, key=settings().secret_key, by=actor())
    return _sent(team, invitation)


def revoke(team: Team, id: uuid.UUID) -> Response:
    """Take an invitation back."""
    invitations.revoke(_invitation(team, id), by=actor())
    db.session.commit()
    flash(_("The invitation was taken back. Its link does not work any more."))
    return redirect(team.url("show"), 303)


def set_role(team: Team, id: uuid.UUID) -> Response:
    """Give somebody another role, which holds from their next click on."""
    user = _person(team, id)
    accounts.set_role(user, request.form.get("role", ""), by=actor())
    db.session.commit()
    flash(_("%(name)s has another role from now on.", name=user.name))
    return redirect(team.url("show"), 303)


def switch(team: Team, id: uuid.UUID) -> Response:
    """Close or open an account; closing ends its sessions. Nobody closes their own."""
    user = _person(team, id)
    if request.form.get("active") == "1":
        accounts.reactivate(user, by=actor())
        flash(_("%(name)s can sign in again.", name=user.name))
    else:
        accounts.deactivate(user, by=actor())
        sessions.end_all(user.id)
        flash(_("%(name)s was signed out everywhere and cannot sign in.", name=user.name))
    db.session.commit()
    return redirect(team.url("show"), 303)


def invite_form(team: Team) -> InviteForm:
    """Give the form that invites, with what the reader may choose."""
    form = InviteForm()
    if team.merchant is not None:
        del form.store
        form.role.choices = _choices(pages.role_options(True))
        return form
    sides = [side for side in (True, False) if team.may(side)]
    form.store.choices = _choices(pages.store_options(carrier=False in sides))
    form.role.choices = _choices(pages.role_options(*sides))
    return form


def _render(team: Team, form: InviteForm, **shown: str) -> str:
    page = pages.build(team, **shown)
    return render_template("people/team.html", page=page, form=form)


def _sent(team: Team, invitation: Invitation) -> Any:
    """Send the newest link of an invitation by mail, or show it once where there is none."""
    address = invitation.email
    if settings().sends_mail:
        data = {"id": str(invitation.id)}
        new = NewMail("invitation", address, language.current(), data)
        mail.write(replace(new, merchant_id=invitation.merchant_id))
        db.session.commit()
        flash(
            _("An invitation is on its way to %(address)s. It works for 7 days.", address=address)
        )
        return redirect(team.url("show"), 303)
    secret = invitations.secret_of(invitation, settings().secret_key)
    link = url_for("session.join_by_link", id=invitation.id, proof=secret, _external=True)
    db.session.commit()
    return _render(team, _fresh_form(team), link=link, link_for=address), 201


def _fresh_form(team: Team) -> InviteForm:
    form = invite_form(team)
    form.email.data = ""
    return form


def _person(team: Team, user_id: uuid.UUID) -> User:
    """Get somebody of the team whom the reader may change; raises NotFound or Forbidden."""
    user = accounts.get_user(user_id)
    if team.merchant is not None and user.merchant_id != team.merchant.id:
        raise errors.NotFound()
    if not team.may(user.merchant_id is not None):
        raise errors.Forbidden(_("Only a system admin changes the carrier's own people."))
    if user.id == team.me:
        raise errors.Conflict(_("You cannot change your own role or close your own account."))
    return user


def _invitation(team: Team, invitation_id: uuid.UUID) -> Invitation:
    found = invitations.get_invitation(invitation_id)
    if not team.may(found.merchant_id is not None):
        raise errors.Forbidden(_("Only a system admin invites the carrier's own people."))
    return found


def _choices(options: Any) -> list[SelectChoice]:
    return [SelectChoice(each.value, each.label) for each in options]


def _take_faults(form: InviteForm, refused: errors.PortalError) -> None:
    for fault in refused.faults:
        field = form._fields.get(fault.path.strip("/"))
        if field is not None:
            field.errors = [*field.errors, fault.message]
    if not refused.faults:
        form.form_errors.append(refused.detail)
