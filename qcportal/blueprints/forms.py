"""The form that pages build on: what WTForms says itself is said in the reader's language."""

from flask_wtf import FlaskForm

from qcportal import language
from qcportal.language import lazy_gettext, lazy_ngettext

OF_WTFORMS = (
    lazy_gettext("This field is required."),
    lazy_gettext("Not a valid choice."),
    lazy_gettext("'%(value)s' is not a valid choice for this field."),
    lazy_gettext("Invalid Choice: could not coerce."),
    lazy_gettext("Invalid input."),
    lazy_gettext("Not a valid date value."),
    lazy_gettext("Not a valid datetime value."),
    lazy_gettext("Not a valid time value."),
    lazy_gettext("Not a valid integer value."),
    lazy_gettext("Not a valid decimal value."),
    lazy_gettext("Number must be at least %(min)s."),
    lazy_gettext("Number must be at most %(max)s."),
    lazy_gettext("Number must be between %(min)s and %(max)s."),
    lazy_gettext("Field must be between %(min)d and %(max)d characters long."),
    lazy_ngettext(
        "Field cannot be longer than %(max)d character.",
        "Field cannot be longer than %(max)d characters.",
    ),
    lazy_ngettext(
        "Field must be at least %(min)d character long.",
        "Field must be at least %(min)d characters long.",
    ),
)
"""The sentences of WTForms' own that our forms can come to show, for the catalogues."""


class Sayings:
    """What WTForms asks for its sentences; it fills their placeholders itself."""

    def gettext(self, text: str) -> str:
        """Say one of its sentences."""
        return language.gettext(text)

    def ngettext(self, one: str, many: str, num: int) -> str:
        """Say one of its sentences that count."""
        return language.ngettext(one, many, num)


class Form(FlaskForm):  # type: ignore[misc]
    """A form of the portal's pages, with its token."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Where its own sentences come from."""

        def get_translations(self, form: FlaskForm) -> Sayings:
            """Give the portal's catalogues."""
            return Sayings()
