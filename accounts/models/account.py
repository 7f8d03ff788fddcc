"""People who can sign in, what they are in which agency, and how they prove who they are."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models.common import MaybeMoment, Moment, OfAccount, OwnId
from accounts.rules.rights import Role
from core.db import Base
from core.types import value_enum


class Account(Base):
    """Somebody who can sign in. A worker, never a survivor."""

    __tablename__ = "account"

    id: Mapped[OwnId]
    email: Mapped[str] = mapped_column(unique=True)  # in lower case
    name: Mapped[str]
    password_hash: Mapped[str | None]
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_step: Mapped[int | None]  # the last time step that was used: a code counts once
    language: Mapped[str | None]
    created_at: Mapped[Moment]
    closed_at: Mapped[MaybeMoment]

    memberships: Mapped[list[Membership]] = relationship(
        cascade="all, delete-orphan", foreign_keys="Membership.account_id"
    )
    passkeys: Mapped[list[Passkey]] = relationship(cascade="all, delete-orphan")


class Membership(Base):
    """A role that somebody holds, from then to then; an ended one stays as history."""

    __tablename__ = "membership"

    id: Mapped[OwnId]
    account_id: Mapped[OfAccount]
    role: Mapped[Role] = mapped_column(value_enum(Role))
    agency_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("agency.id", ondelete="CASCADE"), index=True
    )
    area: Mapped[str | None]  # a district's code: where a coordinator coordinates
    began_at: Mapped[Moment]
    ended_at: Mapped[MaybeMoment]
    ended_by: Mapped[uuid.UUID | None]


class Passkey(Base):
    """A passkey (WebAuthn credential)."""

    __tablename__ = "passkey"

    id: Mapped[OwnId]
    account_id: Mapped[OfAccount]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    name: Mapped[str]
    created_at: Mapped[Moment]
    used_at: Mapped[MaybeMoment]


class RecoveryCode(Base):
    """A code on paper for when the phone is lost; kept as a hash, used once."""

    __tablename__ = "recovery_code"

    id: Mapped[OwnId]
    account_id: Mapped[OfAccount]
    code_hash: Mapped[str]
    used_at: Mapped[MaybeMoment]
