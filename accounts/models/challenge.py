"""What a passkey is asked to sign: one question, one answer."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import Moment, OwnId
from core.db import Base


class PasskeyChallenge(Base):
    """Random bytes to be signed within minutes; the row is deleted by the first answer."""

    __tablename__ = "passkey_challenge"

    id: Mapped[OwnId]
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )  # None: whoever it turns out to be
    purpose: Mapped[str]
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[Moment]
