"""Saved views: a page with the choices that somebody made on it, under a name of their own."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import Moment, OfAccount, OwnId
from core.db import Base


class SavedView(Base):
    """`page` is an endpoint, `query` its choices as an address holds them: never about a person."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[OwnId]
    account_id: Mapped[OfAccount] = mapped_column(index=False)  # its key begins with it
    name: Mapped[str]
    page: Mapped[str]
    query: Mapped[str]
    made_at: Mapped[Moment]
