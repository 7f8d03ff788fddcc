"""Channels by which an agency is told that something waits, what was told, and the thread."""

from __future__ import annotations

import uuid
from datetime import time
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import MaybeMoment, Moment, OfAgency, OwnId
from core.db import Base
from core.types import value_enum
from referral.models.common import OfReferral, ToAccount, only_where


class ChannelKind(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"


class Channel(Base):
    """An agency's address for messages. The address is staff's or the office's, no survivor's."""

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("agency_id", "kind", "address"),)

    id: Mapped[OwnId]
    agency_id: Mapped[OfAgency] = mapped_column(index=False)  # its key begins with it
    kind: Mapped[ChannelKind] = mapped_column(value_enum(ChannelKind))
    address: Mapped[str]
    language: Mapped[str]
    is_digest: Mapped[bool] = mapped_column(default=False)  # routine messages once a day
    digest_at: Mapped[time | None] = mapped_column(Time)  # local
    quiet_from: Mapped[time | None] = mapped_column(Time)  # local; emergencies come anyway
    quiet_to: Mapped[time | None] = mapped_column(Time)
    timezone: Mapped[str]
    made_at: Mapped[Moment]
    proved_at: Mapped[MaybeMoment]  # a code that was sent there came back
    failing_since: Mapped[MaybeMoment]
    ended_at: Mapped[MaybeMoment]


class Notice(Base):
    """Something waits for an agency: told once for each cause and channel, at least once sent."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("agency_id", "channel_id", "cause"),
        # Most notices are of no channel and to no one person: they are not among these.
        Index("ix_notice_account_id", "account_id", **only_where("account_id is not null")),
        Index(
            "ix_notice_due",
            *("channel_id", "due_at"),
            **only_where("channel_id is not null and sent_at is null"),
        ),
    )

    id: Mapped[OwnId]
    agency_id: Mapped[OfAgency] = mapped_column(index=False)  # who is told; its key begins with it
    referral_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("referral.id", ondelete="CASCADE"), index=True
    )
    channel_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("channel.id", ondelete="SET NULL")
    )
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE")
    )
    cause: Mapped[str]  # such as `sent/1/<referral>`: what makes it one notice
    what: Mapped[str]  # which sentence, of rules/notices.py
    is_emergency: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[Moment]
    sent_at: Mapped[MaybeMoment]
    failed_at: Mapped[MaybeMoment]
    seen_at: Mapped[MaybeMoment]


class Note(Base):
    """A question or an answer between sender and receiver, beside the moves."""

    __tablename__ = "note"

    id: Mapped[OwnId]
    referral_id: Mapped[OfReferral]
    agency_id: Mapped[OfAgency]  # whose word it is
    at: Mapped[Moment]
    by: Mapped[ToAccount]
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    read_at: Mapped[MaybeMoment]  # by the other side


class AnswerLink(Base):
    """A way to answer without an account: a link without authority, then a code to the channel.

    Neither the link's token nor the code is kept, only their keyed hashes.
    """

    __tablename__ = "answer_link"

    id: Mapped[OwnId]
    referral_id: Mapped[OfReferral]
    agency_id: Mapped[OfAgency]
    channel_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("channel.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    code_hash: Mapped[str | None]
    code_sent_at: Mapped[MaybeMoment]
    code_ends_at: Mapped[MaybeMoment]
    codes_sent: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    # Set when the code came back: the browser that may decide until `open_until`.
    browser_hash: Mapped[str | None]
    open_until: Mapped[MaybeMoment]
