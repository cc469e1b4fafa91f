"""Letters: what is written into a mail, as text and as HTML, in its reader's language."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any

from qcportal import accounts, invitations, password_resets, tokens
from qcportal.db import db
from qcportal.invitations import Invitation
from qcportal.language import gettext as _
from qcportal.language import ngettext, speaking
from qcportal.mail.tables import Mail
from qcportal.mail.words import Line, line_of, moment_words
from qcportal.password_resets import PasswordReset

SETTINGS = "/settings/notifications"


class NotWanted(Exception):
    """The letter is to be sent no more, as what it speaks of is over; the text says why."""


@dataclass(frozen=True)
class Desk:
    """What letters are written with: sender, the portal's address and key, and the templates."""

    sender: str
    url: str
    key: str
    render: Callable[[str, Mapping[str, Any]], str]


@dataclass(frozen=True)
class Letter:
    """What a template is given; `button` leads to `href`, and `lines` are things that happened."""

    subject: str
    greeting: str
    text: str
    lines: tuple[Line, ...] = ()
    button: str = ""
    href: str = ""
    small: str = ""
    settings: str = ""


def write_letter(mail: Mail, desk: Desk) -> EmailMessage:
    """Write a mail out; its Message-ID is the same at every try. Raises NotWanted."""
    with speaking(mail.language):
        letter = WRITERS.get(mail.kind, _write_notices)(mail, desk)
        values = {"letter": letter, "url": desk.url}
        plain = desk.render("mail/letter.txt", values)
        html = desk.render("mail/letter.html", values | {"language": mail.language})
    message = EmailMessage()
    message["Subject"] = " ".join(letter.subject.split())[:200]
    message["From"] = desk.sender
    message["To"] = Address(addr_spec=mail.address)
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id}@{domain_of(desk.sender)}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.settings:
        message["List-Unsubscribe"] = f"<{letter.settings}>"
    message.set_content(plain)
    message.add_alternative(html, subtype="html")
    return message


def domain_of(sender: str) -> str:
    """Give the domain of a sender, as `Doorstep <portal@example.com>` has it."""
    return parseaddr(sender)[1].rpartition("@")[2]


def _write_notices(mail: Mail, desk: Desk) -> Letter:
    data = mail.data
    lines = tuple(line_of(each, tz=data["tz"], is_admin=data["admin"]) for each in data["lines"])
    settings = desk.url + SETTINGS
    small = _("You get this as your settings say so. Change them at %(url)s", url=settings)
    if len(lines) == 1 and mail.kind == "notices":
        subject = lines[0].text.rstrip(".")
    elif mail.kind == "notices":
        subject = ngettext("%(num)s thing to look at", "%(num)s things to look at", len(lines))
    else:
        subject = ngettext("Your day: %(num)s thing", "Your day: %(num)s things", len(lines))
    greeting = _("Hello %(name)s,", name=data["name"])
    return Letter(subject, greeting, "", lines, small=small, settings=settings)


def _write_invitation(mail: Mail, desk: Desk) -> Letter:
    found = db.session.get(Invitation, uuid.UUID(mail.data["id"]))
    if found is None or not found.open:
        raise NotWanted("The invitation was accepted or taken back.")
    secret = invitations.secret_of(found, desk.key)
    if not tokens.same(secret, found.secret_hash):
        raise NotWanted("The portal's key changed since; send the invitation again.")
    store = accounts.get_merchant(found.merchant_id).name if found.merchant_id else _("the carrier")
    return Letter(
        subject=_("%(name)s invites you to Doorstep", name=found.invited_by),
        greeting=_("Hello,"),
        text=_(
            "%(name)s asks you to join %(store)s on Doorstep, where returns are checked at the "
            "door.",
            name=found.invited_by,
            store=store,
        ),
        button=_("Open your account"),
        href=f"{desk.url}/join/{found.id}?proof={secret}",
        small=_(
            "This link works once, until %(moment)s. If you know nothing of this, ignore it.",
            moment=_until(found.expires_at),
        ),
    )


def _write_reset(mail: Mail, desk: Desk) -> Letter:
    found = db.session.get(PasswordReset, uuid.UUID(mail.data["id"]))
    if found is None or found.used_at is not None:
        raise NotWanted("The link was used already.")
    secret = password_resets.secret_of(found.id, desk.key)
    return Letter(
        subject=_("A new password for Doorstep"),
        greeting=_("Hello,"),
        text=_("Somebody, hopefully you, asked for a new password for this mail address."),
        button=_("Choose a new password"),
        href=f"{desk.url}/new-password/{found.id}?proof={secret}",
        small=_(
            "This link works once, until %(moment)s. If it was not you, ignore it; your password "
            "stays as it is.",
            moment=_until(found.expires_at),
        ),
    )


def _until(moment: datetime) -> str:
    return moment_words(moment, "Asia/Kolkata")


WRITERS: Mapping[str, Callable[[Mail, Desk], Letter]] = {
    "invitation": _write_invitation,
    "password": _write_reset,
}
