"""A mail server on a free loopback port that takes everything and remembers it (RFC 5321)."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(slots=True)
class MailServer:
    """Where it listens, what came, and whether it refuses everybody."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuses: bool = False


class _Handler(socketserver.StreamRequestHandler):
    """One conversation."""

    server: _Server

    def handle(self) -> None:
        """Answer line by line until the other side quits."""
        self._say(220, "rujukan.test")
        while line := self.rfile.readline():
            word, _, rest = line.decode("ascii").strip().partition(" ")
            if word.upper() == "QUIT":
                self._say(221, "bye")
                return
            self._answer(word.upper(), rest)

    def _answer(self, word: str, rest: str) -> None:
        box = self.server.box
        if box.refuses:
            self._say(451, "not now")
        elif word == "DATA":
            self._say(354, "go on")
            box.messages.append(self._message())
            self._say(250, "kept")
        elif word in ("EHLO", "HELO", "MAIL", "RCPT", "NOOP", "RSET"):
            if word == "RCPT":
                box.recipients.append(rest.removeprefix("TO:").strip("<>"))
            self._say(250, "ok")
        else:
            self._say(502, "not known here")

    def _message(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        found = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    def _say(self, code: int, words: str) -> None:
        self.wfile.write(f"{code} {words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    box: MailServer


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A running mail server."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.box = MailServer(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.box
        finally:
            server.shutdown()
            thread.join()
