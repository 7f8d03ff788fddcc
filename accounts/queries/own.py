"""What people see of their own account."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select

from accounts.models import Account, Membership, Passkey, RecoveryCode, SignedIn
from accounts.rules.samples import SAMPLE_DOMAIN
from accounts.rules.sessions import is_over
from core.clock import now
from core.db import db


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of an account."""

    has_app: bool
    passkeys: tuple[Passkey, ...]
    recovery_left: int

    @property
    def any(self) -> bool:
        """Whether there is one at all; recovery codes alone are none."""
        return self.has_app or bool(self.passkeys)


def own_account(account_id: uuid.UUID) -> Account:
    """The account; `NoResultFound` for one that was deleted."""
    return db.session.get_one(Account, account_id)


def open_sessions(account_id: uuid.UUID) -> list[SignedIn]:
    """The sessions of an account that still count, the last seen first."""
    rows = db.session.scalars(
        select(SignedIn)
        .where(SignedIn.account_id == account_id, SignedIn.ended_at.is_(None))
        .order_by(SignedIn.seen_at.desc())
    )
    moment = now()
    return [row for row in rows if not is_over(row.began_at, row.seen_at, moment)]


def session_of(account_id: uuid.UUID, session_id: uuid.UUID) -> SignedIn | None:
    """A session of this account by its id; None for somebody else's."""
    found = db.session.get(SignedIn, session_id)
    return found if found is not None and found.account_id == account_id else None


def factors_of(account_id: uuid.UUID) -> Factors:
    """The second factors of an account."""
    passkeys = db.session.scalars(
        select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.created_at)
    )
    left = db.session.scalar(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    )
    account = own_account(account_id)
    return Factors(account.totp_sealed is not None, tuple(passkeys), left or 0)


def sample_accounts() -> list[tuple[Account, list[str]]]:
    """The sample accounts of a demo with their roles, in the order in which they were made."""
    accounts = db.session.scalars(
        select(Account)
        .where(Account.email.endswith(f"@{SAMPLE_DOMAIN}"), Account.closed_at.is_(None))
        .order_by(Account.id)
    )
    return [(account, [m.role.value for m in _held(account.id)]) for account in accounts]


def _held(account_id: uuid.UUID) -> list[Membership]:
    return list(
        db.session.scalars(
            select(Membership)
            .where(Membership.account_id == account_id, Membership.ended_at.is_(None))
            .order_by(Membership.id)
        )
    )
