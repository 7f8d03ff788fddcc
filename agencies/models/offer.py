"""Offers (HSDS service_at_location): one service at one place, the thing that find finds."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agencies.models.common import Kept, OwnId
from agencies.models.contact import Contact, Phone
from agencies.models.location import Location
from agencies.models.pool import Pool
from agencies.models.schedule import Schedule
from core.db import Base

if TYPE_CHECKING:
    from agencies.models.service import Service


class Offer(Kept, Base):
    """A service at a location. Accessibility facts are yes, no or unknown (None)."""

    __tablename__ = "offer"
    __table_args__ = (UniqueConstraint("service_id", "location_id"),)

    id: Mapped[OwnId]
    # Its key begins with it.
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"))
    location_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("location.id", ondelete="CASCADE"), index=True
    )
    description: Mapped[str | None]
    access_mobility: Mapped[bool | None]
    access_hearing: Mapped[bool | None]
    access_sight: Mapped[bool | None]
    access_intellectual: Mapped[bool | None]
    access_psychosocial: Mapped[bool | None]
    access_notes: Mapped[str | None]
    verified_at: Mapped[date | None]
    verified_by: Mapped[str | None]  # a role or an organisation
    # Grows with every change that find can see, so that a process knows what it holds is old.
    revision: Mapped[int] = mapped_column(default=0)
    # When which fact was confirmed and whether one is reported wrong, as `commands.index` found
    # it: beside the offer, so that find reads no further table.
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    service: Mapped[Service] = relationship(back_populates="offers")
    location: Mapped[Location] = relationship()
    pools: Mapped[list[Pool]] = relationship(cascade="all, delete-orphan", order_by="Pool.position")
    phones: Mapped[list[Phone]] = relationship(
        cascade="all, delete-orphan", order_by="Phone.position"
    )
    contacts: Mapped[list[Contact]] = relationship(cascade="all, delete-orphan")
    schedules: Mapped[list[Schedule]] = relationship(
        cascade="all, delete-orphan", order_by="Schedule.position"
    )


BY_PHONE = 0  # the cell of offers that are everywhere
SOMEWHERE = 1  # the cell of offers whose place is not known


class FindEntry(Base):
    """What find reads: a row for each need of each offer that is in service, by need and cell.

    `cell` is the finest H3 cell of the published point. A coarse cell is one range of finest
    ones, so this one order serves every radius (design.md §5). Written by
    `commands.index.refresh_offers`, never by hand.
    """

    __tablename__ = "find_entry"
    # On SQLite the table itself is kept in the order of its key: the index is the table.
    # PostgreSQL gets a covering index beside it in the migration.
    __table_args__ = ({"sqlite_with_rowid": False},)

    need: Mapped[str] = mapped_column(primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    offer_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    tier: Mapped[int]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    revision: Mapped[int]
