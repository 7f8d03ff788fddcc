"""The gazetteer: provinces, regencies, districts and villages, their names and outlines."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.types import value_enum

# A beginning is looked up as a range (`cip` to `cip{`), so the order must be that of the letters'
# codes. SQLite's is; PostgreSQL's depends on the cluster's locale unless it is said here.
BYTE_ORDER = String().with_variant(String(collation="C"), "postgresql")


class PlaceLevel(StrEnum):
    """Levels of Indonesian administration, widest first."""

    PROVINCE = "province"
    REGENCY = "regency"  # kota or kabupaten
    DISTRICT = "district"  # kecamatan
    VILLAGE = "village"  # kelurahan or desa


class Place(Base):
    """A place by its Kemendagri code (`31.75.10`); the code's beginning is the parent's."""

    __tablename__ = "place"
    # Everything that "which centre is nearest?" reads, so that it never leaves the index.
    __table_args__ = (Index("ix_place_near", "level", "latitude", "longitude", "code"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[PlaceLevel] = mapped_column(value_enum(PlaceLevel))
    name: Mapped[str]
    latitude: Mapped[float]  # degrees
    longitude: Mapped[float]  # degrees
    parent_code: Mapped[str | None] = mapped_column(index=True)


class PlaceName(Base):
    """A way to write a place's name, folded: lower case, letters and digits only, no `Kota`."""

    __tablename__ = "place_name"
    # The level comes first so that a beginning finds regencies before villages, without sorting.
    __table_args__ = (Index("ix_place_name_level_folded", "level", "folded", "code"),)

    code: Mapped[str] = mapped_column(
        ForeignKey("place.code", ondelete="CASCADE"), primary_key=True
    )
    folded: Mapped[str] = mapped_column(BYTE_ORDER, primary_key=True)
    level: Mapped[PlaceLevel] = mapped_column(value_enum(PlaceLevel))


class Outline(Base):
    """The outline of an area, as the operator loaded it (GeoJSON geometry)."""

    __tablename__ = "outline"

    code: Mapped[str] = mapped_column(primary_key=True)  # the code in the file that was loaded
    level: Mapped[PlaceLevel] = mapped_column(value_enum(PlaceLevel), index=True)
    name: Mapped[str]
    parent_name: Mapped[str | None]
    # The gazetteer's place that this is the outline of: files come with codes of other offices.
    place_code: Mapped[str | None]
    geometry: Mapped[dict[str, Any]] = mapped_column(JSON)


class Population(Base):
    """How many people live in a place, as the operator loaded it: for maps of gaps, no more."""

    __tablename__ = "population"

    place_code: Mapped[str] = mapped_column(
        ForeignKey("place.code", ondelete="CASCADE"), primary_key=True
    )
    people: Mapped[int]
    year: Mapped[int | None]  # of the census or the estimate
    source: Mapped[str | None]  # whose figure it is, in the operator's words


class PlaceRevision(Base):
    """Changes with every load that changes something: what processes keep of it is then old."""

    __tablename__ = "place_revision"

    kind: Mapped[str] = mapped_column(primary_key=True)  # places, outlines or population
    # Not a counter: a restored backup may count the same and hold something else.
    token: Mapped[uuid.UUID]
