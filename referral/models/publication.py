"""What was published of a closed period: counts, frozen."""

from __future__ import annotations

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import Moment, OwnId
from core.db import Base


class Publication(Base):
    """The protected counts of one closed period. A row is never changed and never made anew:

    what differed between two versions would be the person who was added or taken out.
    """

    __tablename__ = "publication"

    id: Mapped[OwnId]
    period: Mapped[str] = mapped_column(unique=True)  # 2026-Q3, or 2026
    made_at: Mapped[Moment]
    rules: Mapped[int]  # of rules/published.py
    body: Mapped[bytes] = mapped_column(LargeBinary)  # JSON, compressed; nothing of a person
