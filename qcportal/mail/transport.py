"""The ways out for mail: a server that speaks SMTP, a folder, or the terminal."""

import contextlib
import smtplib
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from pathlib import Path

from qcportal.config import Settings

SECONDS = 20.0
TERMINAL = "-"

Send = Callable[[EmailMessage], None]
"""Hands one message over to whoever brings it on; raises Refused or Away."""
WayOut = Callable[[], AbstractContextManager[Send]]


class Refused(Exception):
    """The message is not taken, now or later; the text says by whom and why."""


class Away(Exception):
    """Nobody takes messages just now, or not this one yet; the text says why."""


@dataclass(frozen=True)
class Server:
    """A mail server and how we speak to it: `security` is starttls, tls or none."""

    host: str
    port: int
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = SECONDS
    trusted: ssl.SSLContext | None = None


def way_out(settings: Settings) -> WayOut | None:
    """Give the way out that the settings name, or None where mail is not set up."""
    if settings.mail_folder:
        return partial(_to_terminal if settings.mail_folder == TERMINAL else _to_folder,
                       settings.mail_folder)  # fmt: skip
    return partial(connect, server_of(settings)) if settings.mail_host else None


def server_of(settings: Settings) -> Server:
    """Give the mail server of the settings."""
    return Server(
        settings.mail_host,
        settings.mail_port,
        settings.mail_security,
        settings.mail_user,
        settings.mail_password,
    )


@contextmanager
def connect(server: Server) -> Iterator[Send]:
    """Open a connection, with its security and sign-in, over which messages go; raises Away."""
    try:
        smtp = _open(server)
    except (smtplib.SMTPException, OSError) as error:
        raise Away(f"{server.host}:{server.port}: {_in_words(error)}") from error
    try:
        yield partial(_send, smtp)
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.quit()


def _open(server: Server) -> smtplib.SMTP:
    context = server.trusted or ssl.create_default_context()
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=server.seconds, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=server.seconds)
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _send(smtp: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        smtp.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        _give_up_or_wait(code, _plain(text), error)
    except smtplib.SMTPDataError as error:
        _give_up_or_wait(error.smtp_code, _plain(error.smtp_error), error)
    except smtplib.SMTPNotSupportedError as error:
        raise Refused(f"The mail server cannot write this address: {error}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise Away(_in_words(error)) from error


def _give_up_or_wait(code: int, text: str, error: Exception) -> None:
    """Tell what is meant for ever (5xx) from what may go another time (4xx), RFC 5321 4.2.1."""
    kind = Refused if 500 <= code < 600 else Away
    raise kind(f"The mail server says {code} {text}"[:300]) from error


@contextmanager
def _to_folder(folder: str) -> Iterator[Send]:
    place = Path(folder)

    def keep(message: EmailMessage) -> None:
        place.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        (place / f"{name}.eml").write_bytes(message.as_bytes(policy=SMTP))

    yield keep


@contextmanager
def _to_terminal(_: str) -> Iterator[Send]:
    def show(message: EmailMessage) -> None:
        sys.stdout.write(message.as_string() + "\n")
        sys.stdout.flush()

    yield show


def _in_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the mail server says {error.smtp_code} {_plain(error.smtp_error)}"[:300]
    return (str(error) or type(error).__name__)[:300]


def _plain(text: bytes | str) -> str:
    told = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(told.split())
