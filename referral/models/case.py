"""Cases: a code, an agency, and a person whose every field is sealed."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import MaybeMoment, Moment, OfAgency, OwnId
from core.db import Base


class CaseFile(Base):
    """One person's case at one agency.

    Each `…_sealed` holds one field under the key `case/<id>`, bound to this row and this field
    (`referral.rules.person.bound_to`). They are empty when the person was erased.
    """

    __tablename__ = "case_file"

    id: Mapped[OwnId]
    code: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[OfAgency]
    opened_at: Mapped[Moment]
    opened_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    closed_at: Mapped[MaybeMoment]
    erased_at: Mapped[MaybeMoment]

    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    birth_year_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    notes_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
