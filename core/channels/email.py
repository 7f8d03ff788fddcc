"""E-mail, over the connection of `core/mail.py`."""

from __future__ import annotations

import smtplib

from core import mail
from core.channels.message import Message, NotSentError
from core.settings import Settings


def is_set_up(settings: Settings) -> bool:
    """Whether a mail server is set."""
    return bool(settings.mail_server)


def send(settings: Settings, message: Message) -> None:
    """Hand it to the mail server; its Message-ID holds the id."""
    try:
        mail.send([message.to], message.subject, message.text, message.id)
    except (OSError, smtplib.SMTPException, mail.NoMailServerError) as wrong:
        raise NotSentError(type(wrong).__name__) from None
