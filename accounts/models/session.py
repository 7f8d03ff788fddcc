"""Sessions are rows, so that they can be ended; attempts are rows, so that they can be counted."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.common import MaybeMoment, Moment, OfAccount, OwnId
from core.db import Base


class SignedIn(Base):
    """One session. The browser holds a token, we its hash."""

    __tablename__ = "signed_in"

    id: Mapped[OwnId]
    account_id: Mapped[OfAccount]
    token_hash: Mapped[str] = mapped_column(unique=True)
    began_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    strong_at: Mapped[MaybeMoment]  # when the second factor was shown
    ended_at: Mapped[MaybeMoment]
    device: Mapped[str | None]  # browser and system in a word or two, for the list of sessions


class SignInAttempt(Base):
    """One attempt to sign in, by keyed hashes of the account's and the network's address."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account_key_at", "account_key", "at"),
        Index("ix_sign_in_attempt_address_key_at", "address_key", "at"),
    )

    id: Mapped[OwnId]
    account_key: Mapped[str]
    address_key: Mapped[str]
    at: Mapped[Moment]
    succeeded: Mapped[bool]
