"""Invitations: how somebody comes to be a member."""

from __future__ import annotations

import uuid

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import MaybeMoment, Moment, OwnId
from core.db import Base


class Invitation(Base):
    """A link that makes whoever holds it a member, once and for some days."""

    __tablename__ = "invitation"

    id: Mapped[OwnId]
    token_hash: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(JSON)
    agency_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("agency.id", ondelete="CASCADE"), index=True
    )
    area: Mapped[str | None]
    invited_by: Mapped[uuid.UUID | None]  # an account; None: the operator
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[MaybeMoment]
    withdrawn_at: Mapped[MaybeMoment]
