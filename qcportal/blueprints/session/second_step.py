"""The second step of signing in: an authenticator app, and codes for when it is lost."""

from typing import Any

import segno
from flask import redirect, render_template, url_for
from flask import session as cookie
from markupsafe import Markup
from werkzeug.wrappers import Response

from qcportal import errors, totp
from qcportal.accounts import User
from qcportal.blueprints import access
from qcportal.blueprints.access import SIGNED_IN, permission
from qcportal.blueprints.session import blueprint
from qcportal.blueprints.session.forms import SecondStepForm
from qcportal.blueprints.shown.session_pages import SecondStepPage
from qcportal.db import db
from qcportal.language import gettext as _

NEW_SECRET = "second_step"  # noqa: S105 - the name of a key, no secret


@blueprint.get("/account/second-step")
@permission(SIGNED_IN)
def second_step() -> str:
    """Show whether a code is asked for, and how to begin."""
    return _page(SecondStepForm())


@blueprint.post("/account/second-step")
@permission(SIGNED_IN)
def start_second_step() -> Any:
    """Ask for codes from now on; the answer alone holds the recovery codes."""
    form, user, secret = SecondStepForm(), _user(), cookie.get(NEW_SECRET)
    if not secret or not form.validate():
        return _page(form), 400
    try:
        codes = totp.enable(user, secret, form.code.data, by=user.actor)
    except errors.Invalid as refused:
        form.code.errors = [fault.message for fault in refused.faults]
        return _page(form), 400
    db.session.commit()
    cookie.pop(NEW_SECRET)
    page = SecondStepPage(on=True, recovery_codes=tuple(codes))
    return render_template("session/second_step.html", page=page, form=form)


@blueprint.post("/account/second-step/off")
@permission(SIGNED_IN)
def stop_second_step() -> Response:
    """Ask for no code any more."""
    user = _user()
    totp.disable(user, by=user.actor)
    db.session.commit()
    return redirect(url_for("session.second_step"), 303)


def _page(form: SecondStepForm) -> str:
    user = _user()
    if user.totp_secret:
        page = SecondStepPage(on=True)
    else:
        secret = cookie.setdefault(NEW_SECRET, totp.new_secret())
        page = SecondStepPage(on=False, qr=_qr(totp.enrolment_uri(user, secret)), secret=secret)
    return render_template("session/second_step.html", page=page, form=form)


def _qr(uri: str) -> Markup:
    drawn = segno.make(uri, error="m").svg_inline(
        scale=4, omitsize=True, dark="#15171c", light="#ffffff", title=_("Authenticator code")
    )
    return Markup(drawn)  # noqa: S704 - drawn by segno from our own text


def _user() -> User:
    return access.current_session().user
