"""A server of real https on this machine, for what calls strangers' addresses."""

import http.server
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Resolve = Callable[..., list]


class Server(http.server.ThreadingHTTPServer):
    """Answers with one handler class, and says nothing of who breaks off."""

    daemon_threads = True

    def handle_error(self, *_arguments: object) -> None:
        pass


class Handler(http.server.BaseHTTPRequestHandler):
    """A handler that writes no log."""

    def answer(self, data: bytes, status: int = 200, **headers: str) -> None:
        """Send a whole answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def served(certificate: Path, handler: type[Handler]) -> Iterator[Server]:
    """Serve on a free port within the block."""
    server = Server(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def resolving(*numbers: str) -> Resolve:
    """Give a name server that knows one answer; `asked` lists what it was asked."""
    asked: list[str] = []

    def resolve(host: str, port: int, **_options: object) -> list:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]

    resolve.asked = asked
    return resolve
