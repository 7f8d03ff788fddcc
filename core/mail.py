"""E-mail, through the outbox: `outbox.put(MAIL, to=[...], subject=…, text=…)`.

A mail lies unencrypted on machines that are not ours. None ever holds anything about a person.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import make_msgid

from flask import current_app

from core.clock import now
from core.outbox import register_job
from core.settings import Settings

MAIL = "mail"  # the kind of outbox row
PATIENCE_SECONDS = 20.0


class NoMailServerError(Exception):
    """RUJUKAN_MAIL_SERVER is not set, so nothing can be sent."""


def init_mail() -> None:
    """Let the worker send mail."""
    register_job(MAIL, send)


def send(to: Sequence[str], subject: str, text: str) -> None:
    """Job: send a mail. Raises `OSError` or `smtplib.SMTPException`; the outbox tries again."""
    settings: Settings = current_app.config["RUJUKAN"]
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = ", ".join(to)
    message["Subject"] = subject
    message["Date"] = now()
    message["Message-ID"] = make_msgid(domain=settings.mail_from.rpartition("@")[2] or None)
    message.set_content(text)
    with connected(settings) as server:
        server.send_message(message)


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
