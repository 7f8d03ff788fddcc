"""A message on its way out."""

from __future__ import annotations

from dataclasses import dataclass


class NotSentError(Exception):
    """It was not taken. The text is a kind, such as `status 503`; never an address or a word."""


@dataclass(frozen=True, slots=True)
class Message:
    """`to` is an e-mail address or a number (E.164); `id` is the same for each try."""

    id: str
    to: str
    subject: str
    text: str
