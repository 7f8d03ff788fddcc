"""A message of this room, ready to be sent."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from core.channels import Message
from referral.models.telling import ChannelKind


@dataclass(frozen=True, slots=True)
class Letter:
    """A message, how it travels, and the notices that it says."""

    kind: ChannelKind
    message: Message
    notices: tuple[uuid.UUID, ...] = ()
