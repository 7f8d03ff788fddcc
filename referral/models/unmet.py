"""The register of needs that nobody could meet."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.ids import new_id


class UnmetNeed(Base):
    """A search that found nobody: silent demand (domain.md §4.2, indicator 18).

    Bands and the hour only. Nothing here may lead back to one person.
    """

    __tablename__ = "unmet_need"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    need: Mapped[str] = mapped_column(index=True)
    area_code: Mapped[str | None]  # the district, never the point
    day: Mapped[date] = mapped_column(index=True)  # local day
    hour: Mapped[int]  # local hour, 0 to 23
    sex: Mapped[str | None]
    age_band: Mapped[str | None]  # 0-5, 6-11, 12-17, 18-24, 25-59, 60+
    with_children: Mapped[bool]
    disability: Mapped[bool]
    foreign: Mapped[bool]
    urgency: Mapped[str]
