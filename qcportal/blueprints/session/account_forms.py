"""Forms of one's own account: joining, and passwords forgotten and changed."""

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from qcportal import errors
from qcportal.blueprints.forms import Form
from qcportal.language import lazy_gettext

STRONG = lazy_gettext("12 characters or more. Three words that only you put together are good.")


class _Faulty(Form):
    """A form that takes the domain's faults beside its fields."""

    def take(self, refused: errors.PortalError) -> None:
        """Put each fault beside the field it speaks of."""
        for fault in refused.faults:
            field = self._fields.get(fault.path.strip("/"))
            if field is None:
                self.form_errors.append(fault.message)
            else:
                field.errors = [*field.errors, fault.message]


class JoinForm(_Faulty):
    """Who was invited says who they are."""

    name = StringField(
        lazy_gettext("Your name"),
        [InputRequired(lazy_gettext("Enter your name.")), Length(max=300)],
        description=lazy_gettext("Others see it beside what you decide."),
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [InputRequired(lazy_gettext("Choose a password.")), Length(max=300)],
        description=STRONG,
    )


class ForgotForm(Form):
    """Whose password was forgotten."""

    email = StringField(
        lazy_gettext("Email"),
        [InputRequired(lazy_gettext("Enter your mail address.")), Length(max=300)],
    )


class NewPasswordForm(_Faulty):
    """A password in the place of a forgotten one."""

    password = PasswordField(
        lazy_gettext("New password"),
        [InputRequired(lazy_gettext("Choose a password.")), Length(max=300)],
        description=STRONG,
    )


class ChangePasswordForm(_Faulty):
    """A password in the place of one that is known."""

    current = PasswordField(
        lazy_gettext("Current password"),
        [InputRequired(lazy_gettext("Enter your current password.")), Length(max=300)],
    )
    password = PasswordField(
        lazy_gettext("New password"),
        [InputRequired(lazy_gettext("Choose a password.")), Length(max=300)],
        description=STRONG,
    )
