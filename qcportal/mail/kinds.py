"""The kinds of news that people choose by: which events each holds, and who may get it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from qcportal.language import lazy_gettext

How = Literal["at_once", "daily", "never"]
AT_ONCE, DAILY, NEVER = "at_once", "daily", "never"
HOWS: tuple[str, ...] = (AT_ONCE, DAILY, NEVER)
MERCHANT, ADMIN = "merchant", "admin"
STORE = ("owner", "claims", "viewer")
OFFICERS = ("dispute_officer", "system")
APPEALS = ("appeals_officer", "system")


@dataclass(frozen=True)
class Kind:
    """One line of a person's settings: `says` what it tells, to which roles of which side.

    `usual` holds until somebody chooses; a viewer is told nothing unasked.
    """

    key: str
    side: str
    roles: tuple[str, ...]
    usual: str
    says: str
    events: tuple[str, ...]

    def usual_for(self, role: str) -> str:
        """Give how the kind is told to a role that did not choose."""
        return NEVER if role == "viewer" else self.usual


KINDS: tuple[Kind, ...] = (
    Kind(
        "question",
        MERCHANT,
        STORE,
        AT_ONCE,
        lazy_gettext("A reviewer has a question for you"),
        ("dispute.question",),
    ),
    Kind(
        "decision",
        MERCHANT,
        STORE,
        AT_ONCE,
        lazy_gettext("A dispute was decided or closed"),
        ("dispute.decided", "dispute.final", "dispute.closed"),
    ),
    Kind(
        "deadline",
        MERCHANT,
        STORE,
        AT_ONCE,
        lazy_gettext("A time to send, answer or appeal ends soon"),
        ("dispute.file_due_soon", "dispute.reply_due_soon", "dispute.appeal_due_soon"),
    ),
    Kind(
        "overdue",
        MERCHANT,
        STORE,
        DAILY,
        lazy_gettext("An answer is late, ours or yours"),
        ("dispute.decide_overdue", "dispute.reply_overdue"),
    ),
    Kind(
        "sent",
        MERCHANT,
        STORE,
        DAILY,
        lazy_gettext("Your store sent, appealed or withdrew a dispute"),
        ("dispute.opened", "dispute.appealed", "dispute.withdrawn"),
    ),
    Kind(
        "review",
        MERCHANT,
        STORE,
        AT_ONCE,
        lazy_gettext("An item waits for your decision at the door"),
        ("review_opened",),
    ),
    Kind(
        "webhook",
        MERCHANT,
        ("owner",),
        AT_ONCE,
        lazy_gettext("A webhook was paused after failures"),
        ("webhook_paused",),
    ),
    Kind(
        "new_case",
        ADMIN,
        OFFICERS,
        DAILY,
        lazy_gettext("A merchant sent a dispute"),
        ("dispute.opened",),
    ),
    Kind(
        "reply",
        ADMIN,
        OFFICERS,
        DAILY,
        lazy_gettext("A merchant answered, added words or withdrew"),
        ("dispute.answered", "dispute.words_added", "dispute.withdrawn", "dispute.reply_overdue"),
    ),
    Kind(
        "appeal",
        ADMIN,
        APPEALS,
        AT_ONCE,
        lazy_gettext("A decision was appealed"),
        ("dispute.appealed",),
    ),
    Kind(
        "second",
        ADMIN,
        OFFICERS,
        AT_ONCE,
        lazy_gettext("A decision needs a second person"),
        ("dispute.second_look", "dispute.disagreed"),
    ),
    Kind(
        "due_soon",
        ADMIN,
        (*OFFICERS, "appeals_officer"),
        AT_ONCE,
        lazy_gettext("A dispute is due within 4 hours"),
        ("dispute.decide_due_soon",),
    ),
    Kind(
        "late",
        ADMIN,
        (*OFFICERS, "appeals_officer"),
        AT_ONCE,
        lazy_gettext("A dispute is late"),
        ("dispute.decide_overdue",),
    ),
    Kind(
        "store_webhook",
        ADMIN,
        ("operations", "system"),
        DAILY,
        lazy_gettext("A merchant's webhook was paused after failures"),
        ("webhook_paused",),
    ),
)
BY_KEY: Mapping[str, Kind] = {kind.key: kind for kind in KINDS}


def kinds_of(role: str, *, is_admin: bool) -> tuple[Kind, ...]:
    """Give the kinds that somebody of a role may be told of."""
    side = ADMIN if is_admin else MERCHANT
    return tuple(kind for kind in KINDS if kind.side == side and role in kind.roles)


def kind_of(event: str, role: str, *, is_admin: bool) -> Kind | None:
    """Give the kind under which an event is told to a role, or None if it is not."""
    mine = kinds_of(role, is_admin=is_admin)
    return next((kind for kind in mine if event in kind.events), None)
