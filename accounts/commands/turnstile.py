"""One at a time: what one person may do only so often is counted in turn."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from accounts.models import Account
from core.db import db


def come_in_turn(account_id: uuid.UUID | None) -> None:
    """Part of commands: hold the account's row until the open transaction ends.

    Whoever counts what was done before, then writes that it was done, would else count alike in
    many transactions at once. SQLite has one writer anyway; on PostgreSQL the row is the turnstile.
    """
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
