"""Attachments, and how an agency's letters look."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import Moment, OfAgency, OwnId
from core.db import Base
from core.types import value_enum
from referral.models.common import OfReferral, ToAccount
from referral.rules.papers import Paper


class AttachmentKind(StrEnum):
    """Which paper it is; each is released by itself (domain.md §2.2 K)."""

    LETTER = "letter"  # surat pengantar
    SOCIAL_REPORT = "social_report"
    POLICE_REPORT = "police_report"
    FORENSIC_REQUEST = "forensic_request"  # SPV; the report itself goes to the police alone
    MEDICAL = "medical"
    IDENTITY = "identity"
    CONSENT = "consent"
    OTHER = "other"


class Attachment(Base):
    """A paper, sealed with the key of the case; its name too."""

    __tablename__ = "attachment"

    id: Mapped[OwnId]
    referral_id: Mapped[OfReferral]
    kind: Mapped[AttachmentKind] = mapped_column(value_enum(AttachmentKind))
    is_released: Mapped[bool] = mapped_column(default=False)
    media_type: Mapped[str]  # as its bytes say, not its name
    size: Mapped[int]  # bytes
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Moment]
    made_by: Mapped[ToAccount]


class Letterhead(Base):
    """What an agency's letters carry: kop, number, who signs (domain.md §2.1)."""

    __tablename__ = "letterhead"

    agency_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("agency.id", ondelete="CASCADE"), primary_key=True
    )
    lines: Mapped[str]  # the kop, line by line
    city: Mapped[str]  # in which it is signed
    number_pattern: Mapped[str]  # such as `{number}/RJK/{month}/{year}`
    signer: Mapped[str | None]  # name of the official
    signer_title: Mapped[str | None]
    signer_nip: Mapped[str | None]
    copies_to: Mapped[str | None]  # tembusan, line by line
    changed_at: Mapped[Moment]


class Letter(Base):
    """A paper that an agency gave a number of its own: one row a number, none left out.

    What it says is made of the referral whenever it is printed; nothing of the person is here.
    """

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("agency_id", "year", "number"),
        UniqueConstraint("agency_id", "referral_id", "paper"),
    )

    id: Mapped[OwnId]
    agency_id: Mapped[OfAgency] = mapped_column(index=False)  # its keys begin with it
    referral_id: Mapped[OfReferral]
    paper: Mapped[Paper] = mapped_column(value_enum(Paper))
    year: Mapped[int]
    number: Mapped[int]  # 1, 2, 3 … within agency and year
    spelt: Mapped[str]  # as the pattern of the letterhead had it
    issued_at: Mapped[Moment]
    issued_by: Mapped[ToAccount]
