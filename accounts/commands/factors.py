"""Second factors: codes of an app, and codes on paper for when the phone is lost."""

from __future__ import annotations

import secrets
import uuid

from sqlalchemy import delete, or_, update

from accounts.commands.attempts import mark_right
from accounts.commands.audit import record
from accounts.commands.sessions import strengthen_session
from accounts.models import Account, Passkey, RecoveryCode
from accounts.queries.proof import recovery_hash
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import refused
from core.i18n import _

RECOVERY_CODES = 10
_SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: none that looks like another
_HALF = 5  # two halves of 25 bits


def enrol_totp(
    actor: Actor, *, account_id: uuid.UUID, sealed: bytes, step: int, session_id: uuid.UUID
) -> str:
    """Command: from now on an app's codes count; returns the session's new token.

    `sealed` is the secret under the account's key, `step` that of the code that was just shown.
    Refused when there is an app already: it is removed first, with the password.
    """
    done = db.session.execute(
        update(Account)
        .where(Account.id == account_id, Account.totp_sealed.is_(None))
        .values(totp_sealed=sealed, totp_step=step)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise refused("code", _("There is an app already. Remove it first."))
    record(actor, "factor.enrolled", subject=("account", account_id), factor="app")
    return strengthen_session(actor, session_id=session_id)


def remove_totp(actor: Actor, *, account_id: uuid.UUID) -> None:
    """Command: the app's codes count no longer. The door has asked for the password."""
    done = db.session.execute(
        update(Account)
        .where(Account.id == account_id, Account.totp_sealed.is_not(None))
        .values(totp_sealed=None, totp_step=None)
    )
    if done.rowcount:  # type: ignore[attr-defined]
        record(actor, "factor.removed", subject=("account", account_id), factor="app")


def use_totp(
    actor: Actor,
    *,
    account_id: uuid.UUID,
    step: int | None,
    session_id: uuid.UUID,
    attempt_id: uuid.UUID,
) -> str:
    """Command: an app's code of this time step was shown; returns the session's new token.

    None is the step of a wrong code. Each step counts once, also when two requests bring it at
    the same time. Refused on `code`.
    """
    if step is None or not _first_use(account_id, step):
        raise refused("code", _("This code is wrong, too old or was used already."))
    return _shown(actor, account_id, session_id, attempt_id, "app")


def _first_use(account_id: uuid.UUID, step: int) -> bool:
    fresh = or_(Account.totp_step.is_(None), Account.totp_step < step)
    done = db.session.execute(
        update(Account).where(Account.id == account_id, fresh).values(totp_step=step)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def use_recovery_code(
    actor: Actor,
    *,
    account_id: uuid.UUID,
    code_hash: str,
    session_id: uuid.UUID,
    attempt_id: uuid.UUID,
) -> str:
    """Command: a code from paper was shown, which counts once. Refused on `recovery`."""
    done = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise refused("recovery", _("This recovery code is wrong or was used already."))
    return _shown(actor, account_id, session_id, attempt_id, "recovery code")


def _shown(
    actor: Actor, account_id: uuid.UUID, session_id: uuid.UUID, attempt_id: uuid.UUID, factor: str
) -> str:
    mark_right(attempt_id)
    record(actor, "factor.used", subject=("account", account_id), factor=factor)
    return strengthen_session(actor, session_id=session_id)


def make_recovery_codes(actor: Actor, *, account_id: uuid.UUID) -> list[str]:
    """Command: ten new codes for paper, returned this once; the old ones count no longer."""
    codes = [f"{_part()}-{_part()}" for _number in range(RECOVERY_CODES)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    db.session.add_all(
        RecoveryCode(account_id=account_id, code_hash=recovery_hash(account_id, code))
        for code in codes
    )
    record(actor, "factor.enrolled", subject=("account", account_id), factor="recovery codes")
    return codes


def remove_all_factors(actor: Actor, *, account_id: uuid.UUID) -> None:
    """Take every second factor away; part of the operator's reset."""
    remove_totp(actor, account_id=account_id)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    done = db.session.execute(delete(Passkey).where(Passkey.account_id == account_id))
    if done.rowcount:  # type: ignore[attr-defined]
        record(actor, "factor.removed", subject=("account", account_id), factor="passkeys")


def _part() -> str:
    return "".join(secrets.choice(_SIGNS) for _letter in range(_HALF))
