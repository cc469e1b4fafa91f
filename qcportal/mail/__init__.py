"""Mail: what people are told, as they chose, through an outbox that loses nothing."""

from qcportal.mail.choices import Choices, choices_of, choose, language_of, zone_of
from qcportal.mail.gathering import gather, is_any_due
from qcportal.mail.kinds import AT_ONCE, BY_KEY, DAILY, HOWS, KINDS, NEVER, Kind, kinds_of
from qcportal.mail.letters import Desk, Letter, NotWanted, write_letter
from qcportal.mail.outbox import (
    NewMail,
    News,
    collect,
    is_any_dispute_untold,
    tell_of_disputes,
    write,
    write_notices,
)
from qcportal.mail.reads import count_by_state, get_mail, select_mails
from qcportal.mail.sending import Post, forget_old, send_again, send_due
from qcportal.mail.tables import Mail, MailChoices, MailNotice
from qcportal.mail.transport import Away, Refused, Server, connect, server_of, way_out

__all__ = [
    "AT_ONCE",
    "BY_KEY",
    "DAILY",
    "HOWS",
    "KINDS",
    "NEVER",
    "Away",
    "Choices",
    "Desk",
    "Kind",
    "Letter",
    "Mail",
    "MailChoices",
    "MailNotice",
    "NewMail",
    "News",
    "NotWanted",
    "Post",
    "Refused",
    "Server",
    "choices_of",
    "choose",
    "collect",
    "connect",
    "count_by_state",
    "forget_old",
    "gather",
    "get_mail",
    "is_any_dispute_untold",
    "is_any_due",
    "kinds_of",
    "language_of",
    "select_mails",
    "send_again",
    "send_due",
    "server_of",
    "tell_of_disputes",
    "way_out",
    "write",
    "write_letter",
    "write_notices",
    "zone_of",
]
