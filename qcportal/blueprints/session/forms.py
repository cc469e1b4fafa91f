"""Forms of the session pages."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from qcportal.language import lazy_gettext


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Mail address and password."""

    email = StringField(
        lazy_gettext("Email"),
        [InputRequired(lazy_gettext("Enter your mail address.")), Length(max=300)],
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [InputRequired(lazy_gettext("Enter your password.")), Length(max=300)],
    )
    next = HiddenField()


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The one-time code of an admin."""

    code = StringField(
        lazy_gettext("Code"),
        [InputRequired(lazy_gettext("Enter the six digits.")), Length(max=40)],
        description=lazy_gettext("Or one of your recovery codes."),
    )
    next = HiddenField()


class SecondStepForm(FlaskForm):  # type: ignore[misc]
    """The first code of a new authenticator."""

    code = StringField(
        lazy_gettext("Code"), [InputRequired(lazy_gettext("Enter the six digits.")), Length(max=20)]
    )
