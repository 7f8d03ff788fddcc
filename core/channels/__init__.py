"""Ways by which a message leaves the house: one small adapter each.

An adapter takes a `Message` and sends it or raises `NotSentError`; it keeps nothing and never tries
again by itself, the outbox does. A message has an id, the same for each try, so that whoever gets
it twice can tell.
"""

from __future__ import annotations

from collections.abc import Callable

from core.channels import email, gateway
from core.channels.message import Message, NotSentError
from core.settings import Settings

__all__ = ["Message", "NotSentError", "is_set_up", "send"]

Adapter = tuple[Callable[[Settings], bool], Callable[[Settings, Message], None]]

ADAPTERS: dict[str, Adapter] = {
    "email": (email.is_set_up, email.send),
    "sms": (
        lambda settings: bool(settings.sms_gateway),
        lambda settings, message: gateway.send(settings.sms_gateway, message),
    ),
    "whatsapp": (
        lambda settings: bool(settings.whatsapp_gateway),
        lambda settings, message: gateway.send(settings.whatsapp_gateway, message),
    ),
}


def is_set_up(settings: Settings, kind: str) -> bool:
    """Whether the operator set this way up. `KeyError` for a kind that nobody knows."""
    return ADAPTERS[kind][0](settings)


def send(settings: Settings, kind: str, message: Message) -> None:
    """Send a message, or raise `NotSentError`. `KeyError` for a kind that nobody knows."""
    ADAPTERS[kind][1](settings, message)
