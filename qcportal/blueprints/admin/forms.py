"""Forms of the admin pages."""

from collections.abc import Iterable

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Regexp

from qcportal import errors
from qcportal.accounts import SLUG
from qcportal.api_keys import SCOPES
from qcportal.blueprints.forms import Form
from qcportal.language import lazy_gettext


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Give (value, label) pairs as WTForms wants choices."""
    return [SelectChoice(value, label) for value, label in pairs]


class MerchantForm(Form):
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


class ApiKeyForm(Form):
    """A new key of a merchant."""

    name = StringField(
        lazy_gettext("Name"), [InputRequired(lazy_gettext("Say what it is for.")), Length(max=300)]
    )
    scopes = SelectMultipleField(
        lazy_gettext("May"),
        [InputRequired(lazy_gettext("Choose at least one."))],
        choices=choices((each, each) for each in SCOPES),
    )


class ExecutiveForm(Form):
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


class RunSheetForm(Form):
    """A run sheet for one executive and day."""

    executive_id = SelectField(
        lazy_gettext("Person"), [InputRequired(lazy_gettext("Choose a person."))], choices=[]
    )
    day = DateField(lazy_gettext("Day"), [InputRequired(lazy_gettext("Choose a day."))])


def _days(label: str, hint: str) -> IntegerField:
    """Give a field for a number of days."""
    said = lazy_gettext("Give 1 to 365 days.")
    return IntegerField(label, [InputRequired(said), NumberRange(1, 365, said)], description=hint)


class ClocksForm(Form):
    """How long everybody has in a merchant's disputes."""

    file_days = _days(
        lazy_gettext("Days to dispute"),
        lazy_gettext("Plain days, from the inspection or what was decided later."),
    )
    reply_days = _days(
        lazy_gettext("Working days to answer a question"),
        lazy_gettext("Meanwhile the clock of deciding stands still."),
    )
    decide_days = _days(
        lazy_gettext("Working days to decide"),
        lazy_gettext("From sending, and anew from an appeal."),
    )
    appeal_days = _days(
        lazy_gettext("Days to appeal"),
        lazy_gettext("Plain days, from the moment a decision holds."),
    )
    weekend = SelectMultipleField(
        lazy_gettext("Days of the weekend"),
        coerce=int,
        choices=[
            SelectChoice(0, lazy_gettext("Monday")),
            SelectChoice(1, lazy_gettext("Tuesday")),
            SelectChoice(2, lazy_gettext("Wednesday")),
            SelectChoice(3, lazy_gettext("Thursday")),
            SelectChoice(4, lazy_gettext("Friday")),
            SelectChoice(5, lazy_gettext("Saturday")),
            SelectChoice(6, lazy_gettext("Sunday")),
        ],
    )
    two_above = StringField(
        lazy_gettext("Two people decide above"),
        [Length(max=20)],
        description=lazy_gettext("In rupees. Left empty, one person decides, whatever the value."),
    )


class HolidayForm(Form):
    """A day on which the carrier does not work."""

    day = DateField(lazy_gettext("Day"), [InputRequired(lazy_gettext("Choose a day."))])
    name = StringField(
        lazy_gettext("Name"), [InputRequired(lazy_gettext("Enter a name.")), Length(max=300)]
    )
    yearly = BooleanField(lazy_gettext("Every year on this date"))


def take_faults(form: Form, refused: errors.PortalError) -> None:
    """Put the domain's faults beside the fields they speak of."""
    for fault in refused.faults:
        field = form._fields.get(fault.path.strip("/"))
        if field is None:
            form.form_errors.append(fault.message)
        else:
            field.errors = [*field.errors, fault.message]
    if not refused.faults:
        form.form_errors.append(refused.detail)
