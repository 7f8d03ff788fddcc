"""Answers of the geocoder, kept for a while."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.types import Instant


class GeocodedAddress(Base):
    """An answer under a keyed hash of what was asked: the words themselves are not kept."""

    __tablename__ = "geocoded_address"

    asked: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
