"""People's names, as far as the asker may know them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import select

from accounts.models import Account
from core.db import db


def people(ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID | None, str]:
    """Names by id; the walls around accounts leave colleagues, and whom a crossing shows."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}
