"""Runs migrations on the app's own engine, so that a database is set up in one way only."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app

from core.db import WRITES
from core.fulltext import FTS5

metadata = current_app.extensions["migrate"].db.metadata


def is_ours(_thing: Any, name: str | None, _kind: str, _reflected: bool, _other: Any) -> bool:
    """Made by hand in their migration: the full-text tables and indexes, PostgreSQL's covering index."""
    return not (name or "").startswith((FTS5, "ix_directory_words_words", "ix_find_entry_near"))


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            include_object=is_ours,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if connection.in_transaction():
            connection.commit()


run()
