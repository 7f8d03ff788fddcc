"""Every index is a page more to write for each row: none is kept that another one covers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Table, UniqueConstraint

from core.db import Base, db

Columns = tuple[str, ...]


def test_no_index_is_the_beginning_of_another() -> None:
    """The one that begins with it finds all that it finds."""
    covered = [
        f"{table.name}: {short} by {long}"
        for table in Base.metadata.sorted_tables
        for short in _plain(table)
        for long in (*_plain(table), *_keys(table))
        if short != long and long[: len(short)] == short
    ]
    assert not covered


@pytest.mark.both_databases
def test_the_migrations_make_the_tables_of_the_models(app: Flask) -> None:
    """Columns, keys and indexes; nothing is left to migrate."""
    with db.engine.connect() as connection:
        known = MigrationContext.configure(connection, opts={"compare_type": True})
        missing = compare_metadata(known, Base.metadata)
    assert not [one for one in missing if _is_ours(one)]


# Indexes that PostgreSQL alone has and tables that SQLite keeps for full text are in no model.
ALONE = {"ix_directory_words_words", "ix_find_entry_near"}


def _is_ours(difference: Any) -> bool:
    kind, what = difference[0], difference[1]
    return kind != "remove_table" and not (kind == "remove_index" and what.name in ALONE)


def _plain(table: Table) -> Iterator[Columns]:
    for one in table.indexes:
        if not one.unique and not any(
            one.dialect_options[name]["where"] is not None for name in ("sqlite", "postgresql")
        ):
            yield tuple(column.name for column in one.columns)


def _keys(table: Table) -> Iterator[Columns]:
    yield tuple(column.name for column in table.primary_key.columns)
    for one in table.constraints:
        if isinstance(one, UniqueConstraint):
            yield tuple(column.name for column in one.columns)
