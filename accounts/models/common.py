"""Columns that several tables of this room have."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from sqlalchemy import ForeignKey
from sqlalchemy.orm import mapped_column

from core.ids import new_id
from core.types import Instant

OwnId = Annotated[uuid.UUID, mapped_column(primary_key=True, default=new_id)]
Moment = Annotated[datetime, mapped_column(Instant)]
MaybeMoment = Annotated[datetime | None, mapped_column(Instant)]
OfAccount = Annotated[
    uuid.UUID, mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
]
OfAgency = Annotated[
    uuid.UUID, mapped_column(ForeignKey("agency.id", ondelete="CASCADE"), index=True)
]
