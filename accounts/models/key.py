"""Keys of programs."""

from __future__ import annotations

import uuid

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import MaybeMoment, Moment, OfAgency, OwnId
from core.db import Base


class ApiKey(Base):
    """A program's key: shown once, kept as a hash, for some scopes and until some day."""

    __tablename__ = "api_key"

    id: Mapped[OwnId]
    agency_id: Mapped[OfAgency]
    name: Mapped[str]
    start: Mapped[str]  # its first characters, so that people can tell keys apart
    secret_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_by: Mapped[uuid.UUID]  # an account; the key ends when they leave the agency
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[MaybeMoment]
    used_at: Mapped[MaybeMoment]
