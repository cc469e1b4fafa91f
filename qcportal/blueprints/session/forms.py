"""Forms of the session pages."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from qcportal.blueprints.forms import Form
from qcportal.language import lazy_gettext


class SignInForm(Form):
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


class CodeForm(Form):
    """The one-time code of an admin."""

    code = StringField(
        lazy_gettext("Code"),
        [InputRequired(lazy_gettext("Enter the six digits.")), Length(max=40)],
        description=lazy_gettext("Or one of your recovery codes."),
    )
    next = HiddenField()


class SecondStepForm(Form):
    """The first code of a new authenticator."""

    code = StringField(
        lazy_gettext("Code"), [InputRequired(lazy_gettext("Enter the six digits.")), Length(max=20)]
    )
