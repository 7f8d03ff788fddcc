"""E-mail, through the outbox. A mail lies unencrypted on machines that are not ours.

`put_mail` tells somebody that something waits, and where; never what or of whom. The link may hold
a token, so what waits in the outbox is sealed: a copy of the database opens no invitation.
`outbox.put(MAIL, to=[...], subject=…, text=…)` is for messages to the operator.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr

from flask import current_app

from core import outbox
from core.crypto import seal, unseal
from core.i18n import _, say
from core.ids import new_id
from core.keystore import keystore
from core.settings import Settings

MAIL = "mail"  # kinds of outbox rows
WAITING = "mail.waiting"
KEY = "outbox/mail"
PATIENCE_SECONDS = 20.0

SUBJECT = _("Rujukan: something waits for you")
TEXT = _(
    "Something waits for you in Rujukan. Open it here:\n\n%(link)s\n\n"
    "For safety a mail from Rujukan never says more than this, and never asks for a password. "
    "If you did not expect it, you need not do anything."
)


class NoMailServerError(Exception):
    """RUJUKAN_MAIL_SERVER is not set, so nothing can be sent."""


def init_mail() -> None:
    """Let the worker send mail."""
    outbox.register_job(MAIL, send)
    outbox.register_job(WAITING, _send_waiting)


def sends_mail() -> bool:
    """Whether the operator set up a mail server."""
    return bool(_settings().mail_server)


def put_mail(*, to: str, path: str, language: str | None) -> bool:
    """Command: tell somebody that something waits at `path`, once the transaction is done.

    False, and nothing is put, where no mail server is set up: hand the link over otherwise.
    """
    if not sends_mail():
        return False
    own_id = new_id().hex
    said = {"to": to, "path": path, "language": language or _settings().language}
    sealed = seal(keystore().key(KEY), json.dumps(said).encode(), own_id)
    outbox.put(WAITING, mail=own_id, sealed=b64encode(sealed).decode())
    return True


def link_to(path: str) -> str:
    """The whole address of one of our pages, never from what a request says its host is."""
    return _settings().site_url.rstrip("/") + path


def send(to: Sequence[str], subject: str, text: str, message_id: str | None = None) -> None:
    """Job: send a mail. Raises `OSError` or `smtplib.SMTPException`; the outbox tries again."""
    settings = _settings()
    host = parseaddr(settings.mail_from)[1].rpartition("@")[2] or None
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = ", ".join(to)
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{message_id}@{host}>" if message_id else make_msgid(domain=host)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    with connected(settings) as server:
        server.send_message(message)


def _send_waiting(mail: str, sealed: str) -> None:
    said = json.loads(unseal(keystore().key(KEY), b64decode(sealed), mail))
    tell = say(said["language"])
    # The same id for each try, so that a mail that was sent twice is shown once.
    send([said["to"]], tell(SUBJECT), tell(TEXT, link=link_to(said["path"])), mail)


@contextmanager
def connected(settings: Settings, patience: float = PATIENCE_SECONDS) -> Iterator[smtplib.SMTP]:
    """A connection to the mail server, protected and signed in as the settings say."""
    if not settings.mail_server:
        raise NoMailServerError
    where = (settings.mail_server, settings.mail_port)
    trust = ssl.create_default_context()
    server = (
        smtplib.SMTP_SSL(*where, timeout=patience, context=trust)
        if settings.mail_security == "tls"
        else smtplib.SMTP(*where, timeout=patience)
    )
    with server:
        if settings.mail_security == "starttls":
            server.starttls(context=trust)
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
        yield server


def _settings() -> Settings:
    found: Settings = current_app.config["RUJUKAN"]
    return found
