"""Looking at a merchant's pages as its people see them: who looks, and what they are taken for.

An admin who looks is a viewer of that one store who can change nothing. What opens this is a row of
the session; what is opened ends with it, or after an hour.
"""

import uuid
from dataclasses import dataclass

from qcportal.accounts import Merchant, User
from qcportal.history import Actor, Entry
from qcportal.sessions import BrowserSession

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
LONGEST_PATH = 200


@dataclass(frozen=True)
class Onlooker:
    """One of the carrier's people in a merchant's place: a viewer, under their own name."""

    admin: User
    merchant: Merchant
    role: str = "viewer"
    is_admin: bool = False

    @property
    def id(self) -> uuid.UUID:
        """Give the admin's own id."""
        return self.admin.id

    @property
    def merchant_id(self) -> uuid.UUID:
        """Give the one merchant whose rows are seen."""
        return self.merchant.id

    @property
    def name(self) -> str:
        """Give the admin's own name."""
        return self.admin.name

    @property
    def email(self) -> str:
        """Give the admin's own mail address."""
        return self.admin.email

    @property
    def language(self) -> str | None:
        """Give the language in which the admin reads."""
        return self.admin.language

    @property
    def single_keys(self) -> bool:
        """Give the admin's own switch for keys that work alone."""
        return self.admin.single_keys

    @property
    def actor(self) -> Actor:
        """Give the admin as an actor of the history."""
        return self.admin.actor


@dataclass(frozen=True)
class ViewedSession:
    """An admin's session as a merchant's pages see it."""

    id: uuid.UUID
    user: Onlooker


def stand_in(session: BrowserSession, merchant: Merchant) -> ViewedSession:
    """Give the session under which an admin sees a merchant's pages."""
    return ViewedSession(session.id, Onlooker(session.user, merchant))


def seen(onlooker: Onlooker, path: str) -> Entry:
    """Say in the merchant's history that somebody of the carrier saw a page."""
    data = {"path": path[:LONGEST_PATH]}
    return Entry(onlooker.merchant_id, onlooker.merchant_id, "view_as_page", onlooker.actor, data)


def turned(user: User, merchant_id: uuid.UUID, action: str) -> Entry:
    """Say in the merchant's history that somebody of the carrier began or ended looking."""
    return Entry(merchant_id, merchant_id, f"view_as_{action}", user.actor)
