"""Columns that several tables of this room have."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import mapped_column

OfCase = Annotated[
    uuid.UUID, mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
]
OfReferral = Annotated[
    uuid.UUID, mapped_column(ForeignKey("referral.id", ondelete="CASCADE"), index=True)
]
ToAccount = Annotated[
    uuid.UUID | None, mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
]


def only_where(condition: str) -> dict[str, Any]:
    """Of an index, on both databases: only rows of which this is true stand in it."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
