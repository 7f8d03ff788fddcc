"""People for tests: accounts with roles, and clients that are signed in as them."""

from __future__ import annotations

import uuid

from flask.testing import FlaskClient

from accounts.commands.sessions import begin_session
from accounts.current import COOKIE
from accounts.models import Account, Membership
from accounts.rules.rights import Role
from core.clock import now
from core.db import db, writing
from core.hashing import hash_password
from core.ids import new_id

PASSWORD = "a long sentence that nobody guesses"


def make_account(
    *roles: Role,
    agency_id: uuid.UUID | None = None,
    area: str | None = None,
    email: str = "",
    name: str = "Ani",
) -> Account:
    """An account with these roles in one agency (or for one area), written and committed."""
    with writing():
        account = Account(email=email or f"{new_id().hex}@example.org", name=name, created_at=now())
        db.session.add(account)
        db.session.flush()
        for role in roles:
            db.session.add(
                Membership(
                    account_id=account.id, role=role, agency_id=agency_id, area=area, began_at=now()
                )
            )
    return account


def give_password(account: Account, password: str = PASSWORD) -> None:
    """Let an account sign in by the page."""
    kept = hash_password(password)
    with writing():
        db.session.get_one(Account, account.id).password_hash = kept


def sign_in(client: FlaskClient, account: Account, *, strong: bool = True) -> None:
    """Give the client a session of this account, past the sign-in page."""
    with writing():
        token = begin_session(account, strong=strong)
    client.set_cookie(COOKIE, token)
