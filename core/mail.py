"""Mail: a job of the outbox. A mail says that something waits, and where; never what or of whom.

The link may hold a token, so what waits in the outbox is sealed: a copy of the database opens
no invitation.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from base64 import b64decode, b64encode
from email.message import EmailMessage
from email.utils import formatdate, parseaddr

from flask import Flask, current_app

from core import outbox
from core.crypto import seal, unseal
from core.i18n import _, say
from core.ids import new_id
from core.keystore import keystore
from core.settings import Settings

JOB = "mail"
KEY = "outbox/mail"
TIMEOUT = 20.0  # seconds to wait for the mail server

SUBJECT = _("Rujukan: something waits for you")
TEXT = _(
    "Something waits for you in Rujukan. Open it here:\n\n%(link)s\n\n"
    "For safety a mail from Rujukan never says more than this, and never asks for a password. "
    "If you did not expect it, you need not do anything."
)


def init_mail(app: Flask) -> None:
    """Have the outbox send mail."""
    outbox.register_job(JOB, _send)


def sends_mail() -> bool:
    """Whether the operator set up a mail server."""
    return bool(_settings().smtp_host)


def put_mail(*, to: str, path: str, language: str | None) -> bool:
    """Command: tell somebody that something waits at `path`, once the transaction is done.

    False, and nothing is put, where no mail server is set up: hand the link over otherwise.
    """
    if not sends_mail():
        return False
    own_id = new_id().hex
    said = {"to": to, "path": path, "language": language or _settings().language}
    sealed = seal(keystore().key(KEY), json.dumps(said).encode(), own_id)
    outbox.put(JOB, mail=own_id, sealed=b64encode(sealed).decode())
    return True


def link_to(path: str) -> str:
    """The whole address of one of our pages, never from what a request says its host is."""
    return _settings().public_url.rstrip("/") + path


def _send(mail: str, sealed: str) -> None:
    said = json.loads(unseal(keystore().key(KEY), b64decode(sealed), mail))
    settings = _settings()
    message = _message(said, mail, settings)
    with _server(settings) as server:
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(message)


def _message(said: dict[str, str], mail: str, settings: Settings) -> EmailMessage:
    tell = say(said["language"])
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = said["to"]
    message["Subject"] = tell(SUBJECT)
    message["Date"] = formatdate()
    # The same for each try, so that a mail that was sent twice is shown once.
    host = parseaddr(settings.mail_from)[1].rpartition("@")[2]
    message["Message-ID"] = f"<{mail}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(tell(TEXT, link=link_to(said["path"])))
    return message


def _server(settings: Settings) -> smtplib.SMTP:
    if settings.smtp_tls == "tls":
        trusted = ssl.create_default_context()
        return smtplib.SMTP_SSL(
            settings.smtp_host, settings.smtp_port, timeout=TIMEOUT, context=trusted
        )
    server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT)
    if settings.smtp_tls == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _settings() -> Settings:
    found: Settings = current_app.config["RUJUKAN"]
    return found
