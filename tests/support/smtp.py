"""A real mail server on a free loopback port that keeps what it is given."""

from __future__ import annotations

import datetime
import ipaddress
import socketserver
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(slots=True)
class Mailbox:
    """The server: its port, what came, how often somebody signed in, and how often it refuses."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refuse_next: int = 0


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    mailbox: Mailbox
    trust: ssl.SSLContext | None


class _Talk(socketserver.StreamRequestHandler):
    server: _Server
    encrypted = False

    def handle(self) -> None:
        """Speak enough of RFC 5321 for one client."""
        self._say("220 loopback ESMTP")
        while line := self.rfile.readline():
            word, _, rest = line.decode("latin-1").strip().partition(" ")
            if not self._answer(word.upper(), rest):
                return

    def _answer(self, word: str, rest: str) -> bool:
        if word == "EHLO":
            offers = ["loopback", "STARTTLS" if self.server.trust else "8BITMIME", "AUTH PLAIN"]
            for offer in offers[:-1]:
                self._say(f"250-{offer}")
            self._say(f"250 {offers[-1]}")
        elif word == "STARTTLS":
            return self._encrypt()
        elif word == "AUTH":
            self.server.mailbox.logins.append(b64decode(rest.partition(" ")[2]))
            self._say("235 known")
        elif word == "RCPT":
            self._receiver(rest)
        elif word == "DATA":
            self._data()
        elif word == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 well")
        return True

    def _encrypt(self) -> bool:
        """Whether the client trusts our certificate."""
        assert self.server.trust
        self._say("220 go on")
        self.connection = self.server.trust.wrap_socket(
            self.connection, server_side=True, do_handshake_on_connect=False
        )
        try:
            self.connection.do_handshake()  # type: ignore[attr-defined]
        except (ssl.SSLError, OSError):
            return False
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)  # type: ignore[assignment]
        self.encrypted = True
        return True

    def finish(self) -> None:
        """Close what was opened, also what STARTTLS put in its place."""
        with suppress(OSError):
            super().finish()
        self.connection.close()

    def _receiver(self, rest: str) -> None:
        if self.server.mailbox.refuse_next:
            self.server.mailbox.refuse_next -= 1
            self._say("451 later")
            return
        self.server.mailbox.receivers.append(rest.partition("<")[2].partition(">")[0])
        self._say("250 well")

    def _data(self) -> None:
        self._say("354 go on")
        found = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            found += line[1:] if line.startswith(b"..") else line
        mail = message_from_bytes(found, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.server.mailbox.mails.append(mail)
        self.server.mailbox.encrypted.append(self.encrypted)
        self._say("250 kept")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server(certificate: Path | None = None) -> Iterator[Mailbox]:
    """A running server; with a certificate (see `own_certificate`) it offers STARTTLS."""
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.mailbox = Mailbox(server.server_address[1])
        server.trust = None
        if certificate:
            server.trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.trust.load_cert_chain(certificate)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.mailbox
        finally:
            server.shutdown()
            thread.join()


def own_certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
