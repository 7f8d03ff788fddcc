"""Several agencies asked for one person, and several people who travel together."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import MaybeMoment, Moment, OfAgency, OwnId
from core.db import Base
from core.types import value_enum
from referral.models.common import OfCase, ToAccount


class How(StrEnum):
    """In which way the alternatives are asked (design.md §6, cascade)."""

    ONE_BY_ONE = "one_by_one"
    AT_ONCE = "at_once"  # in an emergency: the first acceptance wins
    CHOOSE = "choose"  # at once, and the sender chooses among the answers within some minutes


class Asking(Base):
    """Ordered alternatives for one person; each is a referral with a basis of its own.

    Whoever accepts locks this row first: so the first wins, also against another agency.
    """

    __tablename__ = "asking"
    __table_args__ = (CheckConstraint("choose_minutes > 0", name="minutes"),)

    id: Mapped[OwnId]
    case_id: Mapped[OfCase]
    agency_id: Mapped[OfAgency]  # who asks
    how: Mapped[How] = mapped_column(value_enum(How), default=How.ONE_BY_ONE)
    choose_minutes: Mapped[int | None]  # minutes from the first acceptance
    choose_until: Mapped[MaybeMoment]
    started_at: Mapped[MaybeMoment]  # the original start that every alternative inherits
    filled_at: Mapped[MaybeMoment]
    stopped_at: Mapped[MaybeMoment]  # nobody further is asked; who was asked may still answer


class Batch(Base):
    """Referrals of people who travel together: it only groups, each has a record of their own."""

    __tablename__ = "batch"

    id: Mapped[OwnId]
    code: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[OfAgency]
    name: Mapped[str]  # of the flight, ship or bus; of no person
    expected_at: Mapped[MaybeMoment]  # of the flight, ship or bus
    arrived_at: Mapped[MaybeMoment]
    made_at: Mapped[Moment]
    made_by: Mapped[ToAccount]
