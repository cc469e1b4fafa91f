"""Forms of the admin pages."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import DateField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp

from qcportal import errors
from qcportal.accounts import SLUG
from qcportal.api_keys import SCOPES
from qcportal.language import lazy_gettext


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Give (value, label) pairs as WTForms wants choices."""
    return [SelectChoice(value, label) for value, label in pairs]


class MerchantForm(FlaskForm):  # type: ignore[misc]
    """A new merchant."""

    name = StringField(
        lazy_gettext("Name"), [InputRequired(lazy_gettext("Enter a name.")), Length(max=300)]
    )
    slug = StringField(
        lazy_gettext("Short name"),
        [
            InputRequired(lazy_gettext("Enter a short name.")),
            Regexp(SLUG.pattern + "$", message="a-z, 0-9, -"),
        ],
        description=lazy_gettext(
            "Stands in addresses and in the names of stored photos. It never changes."
        ),
    )


class ApiKeyForm(FlaskForm):  # type: ignore[misc]
    """A new key of a merchant."""

    name = StringField(
        lazy_gettext("Name"), [InputRequired(lazy_gettext("Say what it is for.")), Length(max=300)]
    )
    scopes = SelectMultipleField(
        lazy_gettext("May"),
        [InputRequired(lazy_gettext("Choose at least one."))],
        choices=choices((each, each) for each in SCOPES),
    )


class UserForm(FlaskForm):  # type: ignore[misc]
    """A new account; the choices of stores are set by the view."""

    name = StringField(
        lazy_gettext("Name"), [InputRequired(lazy_gettext("Enter a name.")), Length(max=300)]
    )
    email = StringField(
        lazy_gettext("Email"),
        [InputRequired(lazy_gettext("Enter a mail address.")), Length(max=300)],
    )
    merchant = SelectField(lazy_gettext("Store"), choices=[])
    role = SelectField(lazy_gettext("Role"), choices=[])
    password = PasswordField(
        lazy_gettext("First password"),
        [InputRequired(lazy_gettext("Enter a password.")), Length(max=256)],
        description=lazy_gettext("12 characters or more. Hand it over in person."),
    )


class ExecutiveForm(FlaskForm):  # type: ignore[misc]
    """A new field executive."""

    name = StringField(
        lazy_gettext("Name"), [InputRequired(lazy_gettext("Enter a name.")), Length(max=300)]
    )
    code = StringField(
        lazy_gettext("Code"), [InputRequired(lazy_gettext("Enter a code.")), Length(max=40)]
    )
    hub = StringField(
        lazy_gettext("Hub"), [InputRequired(lazy_gettext("Enter a hub.")), Length(max=300)]
    )


class RunSheetForm(FlaskForm):  # type: ignore[misc]
    """A run sheet for one executive and day."""

    executive_id = SelectField(
        lazy_gettext("Person"), [InputRequired(lazy_gettext("Choose a person."))], choices=[]
    )
    day = DateField(lazy_gettext("Day"), [InputRequired(lazy_gettext("Choose a day."))])


def take_faults(form: FlaskForm, refused: errors.PortalError) -> None:
    """Put the domain's faults beside the fields they speak of."""
    for fault in refused.faults:
        field = form._fields.get(fault.path.strip("/"))
        if field is None:
            form.form_errors.append(fault.message)
        else:
            field.errors = [*field.errors, fault.message]
    if not refused.faults:
        form.form_errors.append(refused.detail)
