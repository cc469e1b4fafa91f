"""Forms of the session pages."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Mail address and password."""

    email = StringField("Email", [InputRequired("Enter your mail address."), Length(max=300)])
    password = PasswordField("Password", [InputRequired("Enter your password."), Length(max=300)])
    next = HiddenField()


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The one-time code of an admin."""

    code = StringField(
        "Code",
        [InputRequired("Enter the six digits."), Length(max=40)],
        description="Or one of your recovery codes.",
    )
    next = HiddenField()


class SecondStepForm(FlaskForm):  # type: ignore[misc]
    """The first code of a new authenticator."""

    code = StringField("Code", [InputRequired("Enter the six digits."), Length(max=20)])
