"""Known ways: the declared routes between types of agency, and what agencies agreed on."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import MaybeMoment, Moment, OfAgency, OwnId
from core.db import Base
from core.types import value_enum
from referral.models.common import ToAccount
from referral.rules.agreements import Side
from referral.rules.routes import Ground, Standing, When

THE_ONE = 1  # the id of the only row of `route_version`


class RouteRow(Base):
    """A declared route (`rules/routes.py`), as coordinators keep it.

    Loaded from the project's list; what a coordinator changed (`changed_at`) is not loaded over.
    """

    __tablename__ = "declared_route"

    id: Mapped[OwnId]
    key: Mapped[str] = mapped_column(unique=True)  # such as `POL>PPT/K3`
    from_type: Mapped[str] = mapped_column(index=True)
    to_type: Mapped[str] = mapped_column(index=True)
    need: Mapped[str | None]  # None: whatever the need
    basis: Mapped[list[Any]] = mapped_column(JSON)  # of Ground
    prerequisites: Mapped[list[Any]] = mapped_column(JSON)  # of Prerequisite
    limit_minutes: Mapped[int | None]
    limit_working_days: Mapped[int | None]
    limit_emergency_minutes: Mapped[int | None]
    limit_start_minutes: Mapped[int | None]
    limit_when: Mapped[When | None] = mapped_column(value_enum(When, "limitwhen"))
    limit_standing: Mapped[Standing] = mapped_column(value_enum(Standing))
    limit_said: Mapped[str]
    pathway: Mapped[str]
    position: Mapped[int]
    is_off: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[MaybeMoment]
    changed_by: Mapped[ToAccount]


class Agreement(Base):
    """What two agencies agreed, or an agency with all of a type (for which a coordinator speaks).

    Its state is read from what was said and the day (`rules/agreements.py: state_of`).
    """

    __tablename__ = "route_agreement"
    __table_args__ = (
        CheckConstraint("(to_agency_id is null) <> (to_type is null)", name="to_one_thing"),
        CheckConstraint("to_agency_id is null or to_agency_id <> from_agency_id", name="two_sides"),
        CheckConstraint("valid_until is null or valid_until >= valid_from", name="days"),
    )

    id: Mapped[OwnId]
    from_agency_id: Mapped[OfAgency]
    to_agency_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("agency.id", ondelete="CASCADE"), index=True
    )
    to_type: Mapped[str | None]
    basis: Mapped[Ground] = mapped_column(value_enum(Ground))
    needs: Mapped[list[Any]] = mapped_column(JSON)  # codes; none: whatever the need
    prerequisites: Mapped[list[Any]] = mapped_column(JSON)  # of Prerequisite
    limit_minutes: Mapped[int | None]
    limit_working_days: Mapped[int | None]
    title: Mapped[str]
    number: Mapped[str | None]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]  # the last day
    proposed_at: Mapped[Moment]
    proposed_by: Mapped[ToAccount]
    proposed_side: Mapped[Side | None] = mapped_column(value_enum(Side))  # None: a coordinator
    from_confirmed_at: Mapped[MaybeMoment]
    from_confirmed_by: Mapped[ToAccount]
    to_confirmed_at: Mapped[MaybeMoment]
    to_confirmed_by: Mapped[ToAccount]
    declined_at: Mapped[MaybeMoment]
    declined_by: Mapped[ToAccount]
    ended_at: Mapped[MaybeMoment]
    ended_by: Mapped[ToAccount]
    announced_days: Mapped[int | None]  # which announcement of its end was made: 30, then 7


class RouteVersion(Base):
    """One row. Its number grows with every change of a route or an agreement, so that a process
    knows whether what it keeps of them is still true.
    """

    __tablename__ = "route_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
