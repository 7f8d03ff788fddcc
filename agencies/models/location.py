"""Locations: where a service is given. Of a secret one only its cell's centre is stored."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agencies.models.common import Kept, OwnId, ToLocation
from agencies.models.contact import Contact, Language, Phone
from agencies.models.schedule import Schedule
from core.actors import Tier
from core.db import Base
from core.types import value_enum


class LocationType(StrEnum):
    """HSDS location types; virtual is the phone or the net."""

    PHYSICAL = "physical"
    POSTAL = "postal"
    VIRTUAL = "virtual"


class Precision(StrEnum):
    """What the stored point means."""

    POINT = "point"  # the door
    AREA = "area"  # the centre of a village or district, nothing nearer is known
    HIDDEN = "hidden"  # the centre of the published cell of a secret place


class Location(Kept, Base):
    """A place of an agency, as far as it may be known.

    For the secret tier the database itself refuses an address and any precision but hidden.
    """

    __tablename__ = "location"
    __table_args__ = (
        CheckConstraint("tier between 0 and 2", name="tier"),
        CheckConstraint("latitude between -90 and 90", name="latitude"),
        CheckConstraint("longitude between -180 and 180", name="longitude"),
        CheckConstraint("(latitude is null) = (longitude is null)", name="both_or_none"),
        CheckConstraint(
            "tier < 2 or (address is null and village is null and postal_code is null"
            " and (precision is null or precision = 'hidden'))",
            name="secret_is_hidden",
        ),
        CheckConstraint("published_cell is null or tier = 2", name="only_secret_has_a_cell"),
    )

    id: Mapped[OwnId]
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str | None]
    type: Mapped[LocationType] = mapped_column(
        value_enum(LocationType), default=LocationType.PHYSICAL
    )
    tier: Mapped[int] = mapped_column(default=Tier.PUBLIC.value)
    latitude: Mapped[float | None]  # degrees
    longitude: Mapped[float | None]  # degrees
    precision: Mapped[Precision | None] = mapped_column(value_enum(Precision))
    address: Mapped[str | None]
    village: Mapped[str | None]
    district: Mapped[str | None]
    city: Mapped[str | None]
    province: Mapped[str | None]
    postal_code: Mapped[str | None]
    # The gazetteer's district around the stored point, for filters and the printed booklet.
    area_code: Mapped[str | None] = mapped_column(index=True)
    # Of a secret place: the H3 cell that was taken once and stays while the place is in it. What
    # is stored as latitude and longitude is its centre (design.md §4).
    published_cell: Mapped[int | None] = mapped_column(BigInteger)
    timezone: Mapped[str] = mapped_column(default="Asia/Jakarta")
    transportation: Mapped[str | None]

    accessibility: Mapped[list[Accessibility]] = relationship(cascade="all, delete-orphan")
    schedules: Mapped[list[Schedule]] = relationship(
        cascade="all, delete-orphan", order_by="Schedule.position"
    )
    phones: Mapped[list[Phone]] = relationship(
        cascade="all, delete-orphan", order_by="Phone.position"
    )
    contacts: Mapped[list[Contact]] = relationship(cascade="all, delete-orphan")
    languages: Mapped[list[Language]] = relationship(cascade="all, delete-orphan")


class Accessibility(Base):
    """An accessibility in words (HSDS); what rules read is on the offer."""

    __tablename__ = "accessibility"

    id: Mapped[OwnId]
    location_id: Mapped[ToLocation]
    description: Mapped[str | None]
    details: Mapped[str | None]
    url: Mapped[str | None]
