"""What a restored database must not bring back."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, update

from accounts.models import SignedIn
from core.clock import now


def end_sessions_of_the_backup(connection: Connection) -> None:
    """Sessions that were open when the backup was made: many of them were ended since."""
    if inspect(connection).has_table(SignedIn.__tablename__):
        connection.execute(
            update(SignedIn).where(SignedIn.ended_at.is_(None)).values(ended_at=now())
        )
