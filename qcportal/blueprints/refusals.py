"""What guards of pages raise: nobody is signed in, or somebody whose role does not do."""

from qcportal import errors
from qcportal.language import gettext as _


class SignInFirst(errors.Unauthorized):
    """A browser that nobody signed in asks for a page; it is sent to the sign-in page."""


class RoleNeeded(errors.Forbidden):
    """Somebody's role does not include a view; `roles` are those that do."""

    def __init__(self, roles: tuple[str, ...], mine: str) -> None:
        super().__init__(_("Your role does not include this."))
        self.roles, self.mine = roles, mine
