"""Is it them? Passwords and codes, looked at outside any write and with no snapshot held."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from accounts.models import Account
from accounts.rules.samples import is_sample
from core.clock import now
from core.crypto import unseal
from core.db import db
from core.hashing import is_outdated, keyed_hash, matches
from core.keystore import keystore
from core.totp import step_shown

RECOVERY_KEY = "sign-in/recovery"


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody whose password was right, and whether its hash should be made anew."""

    account_id: uuid.UUID
    outdated: bool


def account_named(email: str) -> Account | None:
    """The open account of an e-mail address, however it is capitalised."""
    return db.session.scalars(
        select(Account).where(Account.email == email.strip().lower(), Account.closed_at.is_(None))
    ).one_or_none()


def sample_named(email: str) -> Account | None:
    """The sample account of an address; None for every other account."""
    return account_named(email) if is_sample(email) else None


def who_knows(email: str, password: str, *, samples: bool) -> Shown | None:
    """The account whose e-mail address and password these are.

    An unknown address takes as long as a wrong password. Sample accounts count in a demo only.
    """
    account = account_named(email)
    if account is not None and not samples and is_sample(account.email):
        account = None
    return _check(account, password)


def is_own_password(account_id: uuid.UUID, password: str) -> bool:
    """Whether somebody who is signed in knows their password."""
    return _check(db.session.get(Account, account_id), password) is not None


def may_sign_in(account_id: uuid.UUID, *, samples: bool) -> bool:
    """Whether the account is open, and no sample account outside a demo."""
    account = db.session.get(Account, account_id)
    if account is None or account.closed_at is not None:
        return False
    return samples or not is_sample(account.email)


def _check(account: Account | None, password: str) -> Shown | None:
    account_id = account.id if account else None
    kept = account.password_hash if account else None
    db.session.rollback()  # the snapshot ends: hashing is slow
    if not matches(password, kept) or account_id is None or kept is None:
        return None
    return Shown(account_id, is_outdated(kept))


def totp_place(account_id: uuid.UUID) -> str:
    """What an account's sealed secret is bound to; its key has the same name."""
    return f"account/{account_id}/totp"


def step_of_code(account_id: uuid.UUID, code: str) -> int | None:
    """The time step of an app's code; None for a wrong one and for one that was used."""
    account = db.session.get(Account, account_id)
    if account is None or account.totp_sealed is None:
        return None
    place = totp_place(account_id)
    secret = unseal(keystore().key(place), account.totp_sealed, place)
    return step_shown(secret, _figures(code), now(), account.totp_step)


def recovery_hash(account_id: uuid.UUID, code: str) -> str:
    """What is kept of a recovery code, however it was typed: o for 0 and i or l for 1 too."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    plain = plain.translate(str.maketrans("oil", "011"))
    return keyed_hash(RECOVERY_KEY, f"{account_id}:{plain}")


def _figures(code: str) -> str:
    return "".join(sign for sign in code if sign in "0123456789")
