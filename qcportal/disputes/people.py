"""Who acts on a dispute: an actor of the history with the role that the machine asks for."""

from dataclasses import dataclass

from qcportal import history
from qcportal.disputes.roles import CLOCK, FILERS, Asker
from qcportal.history import Actor


@dataclass(frozen=True)
class Person:
    """Somebody with a role: one of the accounts' roles, `partner` for an API key, or `portal`."""

    actor: Actor
    role: str

    @property
    def asker(self) -> Asker:
        """Give the person as the machine knows them."""
        return Asker(self.role, self.actor.id)

    @property
    def id(self) -> str:
        """Give what tells two people apart."""
        return self.actor.id

    @property
    def name(self) -> str:
        """Give the name that others read."""
        return self.actor.label

    @property
    def side(self) -> str:
        """Tell which side of the thread the person is on: merchant, admin or portal."""
        if self.role == CLOCK:
            return "portal"
        return "merchant" if self.role in FILERS | {"viewer"} else "admin"


THE_CLOCK = Person(history.SYSTEM, CLOCK)
