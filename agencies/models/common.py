"""Columns that several tables share."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.ids import new_id
from core.types import Instant

OwnId = Annotated[uuid.UUID, mapped_column(primary_key=True, default=new_id)]
ToAgency = Annotated[
    uuid.UUID | None, mapped_column(ForeignKey("agency.id", ondelete="CASCADE"), index=True)
]
ToService = Annotated[
    uuid.UUID | None, mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
]
ToLocation = Annotated[
    uuid.UUID | None, mapped_column(ForeignKey("location.id", ondelete="CASCADE"), index=True)
]
ToOffer = Annotated[
    uuid.UUID | None, mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
]
ToContact = Annotated[
    uuid.UUID | None, mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
]


class Kept:
    """When a record was made and changed, and what came with it that we have no column for."""

    made_at: Mapped[datetime] = mapped_column(Instant, default=now)
    changed_at: Mapped[datetime] = mapped_column(Instant, default=now, onupdate=now)
    # HSDS properties without a column of their own: an export must give back what came in.
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
