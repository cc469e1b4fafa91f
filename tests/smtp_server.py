"""A mail server on this machine that speaks SMTP for real, and fails on request."""

import base64
import contextlib
import email
import email.policy
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

DROP = "drop"
"""An answer that is none: the connection ends in the middle."""


@dataclass
class Postman:
    """What came, and what is answered out of turn: by command, first in first out."""

    port: int = 0
    got: list[tuple[str, EmailMessage]] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    accounts: dict[str, str] = field(default_factory=dict)
    certificate: Path | None = None
    secure: list[bool] = field(default_factory=list)

    def answer(self, command: str, *lines: str) -> None:
        """Answer the next calls of a command with these lines instead."""
        self.answers.setdefault(command, []).extend(lines)

    def context(self) -> ssl.SSLContext:
        """Give a client's context that trusts this server alone."""
        return ssl.create_default_context(cafile=str(self.certificate))


class _Dialogue(socketserver.StreamRequestHandler):
    postman: Postman
    tls_at_once = False

    def handle(self) -> None:
        try:
            if self.tls_at_once:
                self._wrap()
            self._say("220 mail.example ESMTP")
            while line := self.rfile.readline():
                if not self._take(line.decode().rstrip("\r\n")):
                    return
        except (ConnectionError, ssl.SSLError, TimeoutError):
            return

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        if self._is_tls():
            self.connection.close()

    def _take(self, line: str) -> bool:
        verb = line.split(" ")[0].upper()
        self.postman.heard.append(line)
        planned = self.postman.answers.get(verb, [])
        if planned:
            said = planned.pop(0)
            if said == DROP:
                self.connection.shutdown(socket.SHUT_RDWR)
                return False
            self._say(said)
            return True
        return bool(getattr(self, f"_{verb.lower()}", self._unknown)(line))

    def _ehlo(self, _line: str) -> bool:
        parts = ["250-mail.example", "250-8BITMIME"]
        if self.postman.certificate and not self._is_tls():
            parts.append("250-STARTTLS")
        if self.postman.accounts:
            parts.append("250-AUTH PLAIN")
        for part in parts:
            self._say(part)
        self._say("250 SIZE 10000000")
        return True

    def _starttls(self, _line: str) -> bool:
        self._say("220 go on")
        self._wrap()
        return True

    def _auth(self, line: str) -> bool:
        _, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
        good = self.postman.accounts.get(user) == password
        self._say("235 welcome" if good else "535 5.7.8 wrong user or password")
        return True

    def _mail(self, _line: str) -> bool:
        self._say("250 fine")
        return True

    def _rcpt(self, line: str) -> bool:
        self.recipient = line.partition("<")[2].partition(">")[0]
        self._say("250 fine")
        return True

    def _data(self, _line: str) -> bool:
        self._say("354 go on")
        body = b""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            body += line[1:] if line.startswith(b"..") else line
        planned = self.postman.answers.get("BODY", [])
        said = planned.pop(0) if planned else "250 taken"
        if said.startswith("250") or said == DROP:
            message: Any = email.message_from_bytes(body, policy=email.policy.default)
            self.postman.got.append((self.recipient, message))
            self.postman.secure.append(self._is_tls())
        if said == DROP:
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        self._say(said)
        return True

    def _rset(self, _line: str) -> bool:
        self._say("250 fine")
        return True

    def _quit(self, _line: str) -> bool:
        self._say("221 bye")
        return False

    def _unknown(self, _line: str) -> bool:
        self._say("502 not here")
        return True

    def _is_tls(self) -> bool:
        return isinstance(self.connection, ssl.SSLSocket)

    def _wrap(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(self.postman.certificate))
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def mail_server(*, certificate: Path | None = None, tls_at_once: bool = False) -> Iterator[Postman]:
    """Run a mail server on a free port inside the block."""
    postman = Postman(certificate=certificate)
    kind = type("Dialogue", (_Dialogue,), {"postman": postman, "tls_at_once": tls_at_once})
    with _Server(("127.0.0.1", 0), kind) as server:
        postman.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield postman
        finally:
            server.shutdown()
            thread.join()
