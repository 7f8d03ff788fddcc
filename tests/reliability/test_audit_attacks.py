"""Somebody with the database changes the audit, triggers removed: every attack is found.

One thing can pass, and every verification says so: rows that no witness has seen yet can be
written anew, or cut off together with the head.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from accounts.models import AuditEntry
from accounts.rules.chain import FIRST, hash_of
from core.db import WRITES, db
from tests.support.audit import (
    AGENCY,
    CHAIN,
    attacker,
    fill,
    kinds,
    rewrite_from,
    run,
    sql,
    witness,
)

pytestmark = pytest.mark.both_databases
ROWS = 12


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    """The witness's folder, after it saw a chain of twelve rows and a neighbour."""
    fill(ROWS)
    fill(3, agency_id=None)
    place = tmp_path / "elsewhere"
    assert witness(place) == 2
    assert kinds(place) == set()
    return place


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_entry set action = 'x'",
        "delete from audit_entry",
        "delete from audit_head",
        "update audit_head set number = 1",
        "update audit_head set chain = 'x'",
    ],
)
def test_the_database_itself_refuses(folder: Path, statement: str) -> None:
    """As long as nobody removes the triggers."""
    with (
        db.engine.connect().execution_options(**{WRITES: True}) as connection,
        pytest.raises(DBAPIError, match="only ever added"),
    ):
        connection.execute(text(statement))


def test_a_row_cannot_be_replaced_by_inserting_it_again(folder: Path) -> None:
    """SQLite's INSERT OR REPLACE tells no delete trigger; PostgreSQL's COPY of it updates."""
    copied = "select * from audit_entry where number = 1"
    statement = f"insert or replace into audit_entry {copied}"
    if db.engine.dialect.name == "postgresql":
        statement = f"insert into audit_entry {copied} on conflict (chain, number)"
        statement += " do update set action = ''"
    with (
        db.engine.connect().execution_options(**{WRITES: True}) as connection,
        pytest.raises(DBAPIError, match="only ever added"),
    ):
        connection.execute(text(statement))


def test_truncate_is_refused(folder: Path) -> None:
    """PostgreSQL's quick way to delete everything."""
    if db.engine.dialect.name == "postgresql":
        with (
            db.engine.connect().execution_options(**{WRITES: True}) as connection,
            pytest.raises(DBAPIError, match="only ever added"),
        ):
            connection.execute(text("truncate audit_entry"))


COLUMN_ATTACKS = {
    "at": "timestamp '2020-01-01 00:00:00'",
    "actor_kind": "'system'",
    "actor_id": "'00000000000000000000000000000001'",
    "action": "'nothing.happened'",
    "subject_kind": "null",
    "subject_id": "'somebody else'",
    "facts": "'{}'",
}


@pytest.mark.parametrize("column", COLUMN_ATTACKS)
def test_an_edited_row(folder: Path, column: str) -> None:
    """Any column of it."""
    value = COLUMN_ATTACKS[column]
    if db.engine.dialect.name == "sqlite":
        value = value.removeprefix("timestamp ")
    elif column == "actor_id":
        value += "::uuid"
    sql(f"update audit_entry set {column} = {value} where number = 5 and chain = :c", c=CHAIN)
    assert kinds(folder) == {"edited"}


def test_a_fact_spelt_differently_is_an_edit_too(folder: Path) -> None:
    """The text is hashed, not what it means: nothing may respell it."""
    sql("update audit_entry set facts = facts || ' ' where number = 5 and chain = :c", c=CHAIN)
    assert kinds() == {"edited"}


def test_an_edited_row_with_its_hash_made_new(folder: Path) -> None:
    """The row after it follows the old hash."""
    rewrite_one(5)
    assert "edited" in kinds()


def rewrite_one(number: int) -> None:
    """Edit one row and give it the right hash, but leave those that follow."""
    follower = "select before_hash from audit_entry where chain = :c and number = :n"
    with db.engine.connect() as connection:
        kept = connection.scalar(text(follower), {"c": CHAIN, "n": number + 1})
    rewrite_from(number, head=False, action="other.thing")
    rewrite_from(number + 1, head=False)
    sql(
        "update audit_entry set before_hash = :kept where chain = :c and number = :n",
        kept=kept,
        c=CHAIN,
        n=number + 1,
    )


def test_the_last_row_edited_with_its_hash_made_new(folder: Path) -> None:
    """No row follows, but the head and the witness remember."""
    rewrite_from(ROWS, head=False, action="other.thing")
    assert "edited" in kinds()
    assert "rewritten" in kinds(folder)


@pytest.mark.parametrize("number", [1, 5, ROWS])
def test_a_deleted_row(folder: Path, number: int) -> None:
    """At the beginning, in the middle, at the end."""
    sql("delete from audit_entry where chain = :c and number = :n", c=CHAIN, n=number)
    assert kinds() == ({"cut"} if number == ROWS else {"deleted"})


def test_a_deleted_row_and_the_gap_closed(folder: Path) -> None:
    """The following rows moved up: each still says under its hash which number it had."""
    sql("delete from audit_entry where chain = :c and number = 5", c=CHAIN)
    for number in range(6, ROWS + 1):
        _renumber(number, number - 1)
    assert kinds() == {"deleted"}


def test_a_deleted_row_the_gap_closed_and_all_computed_anew(folder: Path) -> None:
    """A perfect chain, but not the one that the witness saw."""
    sql("delete from audit_entry where chain = :c and number = 5", c=CHAIN)
    for number in range(6, ROWS + 1):
        _renumber(number, number - 1)
    with db.engine.connect() as connection:
        last = connection.scalar(
            text("select own_hash from audit_entry where chain = :c and number = 4"), {"c": CHAIN}
        )
    sql("update audit_entry set before_hash = :l where chain = :c and number = 5", l=last, c=CHAIN)
    rewrite_from(5, head=True)
    assert kinds() == set()
    assert "cut" in kinds(folder)


def test_an_inserted_row(folder: Path) -> None:
    """The following rows moved down to make room for a forged one."""
    for number in range(ROWS, 4, -1):
        _renumber(number, number + 1)
    _forge(5)
    assert "inserted" in kinds()


def test_a_row_inserted_at_the_end(folder: Path) -> None:
    """Rightly chained, but past the writers."""
    _forge(ROWS + 1)
    assert kinds() == {"inserted"}


def test_a_row_inserted_before_the_first(folder: Path) -> None:
    """A number that the writers never give."""
    sql(
        "insert into audit_entry select chain, 0, at, actor_kind, actor_id, action, subject_kind,"
        " subject_id, facts, before_hash, own_hash from audit_entry"
        " where chain = :c and number = 1",
        c=CHAIN,
    )
    assert kinds() == {"inserted"}


@pytest.mark.parametrize(("one", "other"), [(5, 6), (1, ROWS), (2, 9)])
def test_reordered_rows(folder: Path, one: int, other: int) -> None:
    """Two rows change places."""
    _renumber(one, 1000)
    _renumber(other, one)
    _renumber(1000, other)
    assert kinds() == {"reordered"}


def test_a_row_moved_to_another_chain(folder: Path) -> None:
    """As if another agency had done it."""
    sql("update audit_entry set chain = 'network', number = 4 where chain = :c and number = 12",
        c=CHAIN)  # fmt: skip
    assert kinds() == {"cut", "edited", "inserted"}


def test_a_rewritten_chain(folder: Path) -> None:
    """Edited, and everything computed anew, head included: only the witness knows."""
    rewrite_from(5, head=True, action="other.thing")
    assert kinds() == set()
    assert kinds(folder) == {"rewritten"}


@pytest.mark.parametrize("left", [ROWS - 1, 5, 0])
def test_a_tail_cut_before_the_last_witness(folder: Path, left: int) -> None:
    """Head included: only the witness knows."""
    _cut(left)
    assert kinds(folder) == {"cut"}


def test_a_whole_chain_gone(folder: Path) -> None:
    """With its head."""
    sql("delete from audit_entry where chain = :c", c=CHAIN)
    sql("delete from audit_head where chain = :c", c=CHAIN)
    assert kinds(folder) == {"cut"}


def test_a_removed_head(folder: Path) -> None:
    """The rows are there, but the writers would begin anew."""
    sql("delete from audit_head where chain = :c", c=CHAIN)
    assert kinds() == {"inserted"}


def test_a_chain_made_up(folder: Path) -> None:
    """For an agency that never did anything."""
    sql(
        "insert into audit_entry select 'abc', number, at, actor_kind, actor_id, action,"
        " subject_kind, subject_id, facts, before_hash, own_hash from audit_entry"
        " where chain = :c",
        c=CHAIN,
    )
    assert "edited" in kinds()


def test_the_witness_remembers_over_later_rounds(folder: Path) -> None:
    """After a rewrite the witness is told the new heads too; the old lines still speak."""
    rewrite_from(5, head=True, action="other.thing")
    assert witness(folder) == 1
    assert kinds(folder) == {"rewritten"}


def test_what_is_not_covered_is_said(app: Flask, folder: Path) -> None:
    """Rows after the last witness, cut with their head, leave no trace; verification says so."""
    fill(4)
    told = run(app, "audit", "verify", "--witness", str(folder))
    assert told.exit_code == 0, told.output
    assert "4 rows in 1 chains" in told.output
    _cut(ROWS)
    assert kinds(folder) == set()


def test_text_that_is_none(folder: Path) -> None:
    """SQLite keeps any bytes as text; verification says where reading ends."""
    if db.engine.dialect.name == "sqlite":
        sql("update audit_entry set facts = cast(x'ff' as text) where number = 5")
        assert "unreadable" in kinds(folder)
        sql("update audit_entry set facts = x'ff', number = 'five' where number = 5")
        assert kinds(folder) >= {"deleted", "inserted"}


def test_the_command_says_chain_number_and_kind(app: Flask, folder: Path) -> None:
    """In a sentence, with exit status 1; one chain can be checked by its agency's id."""
    sql("update audit_entry set action = 'x' where number = 5 and chain = :c", c=CHAIN)
    told = run(app, "audit", "verify", "--witness", str(folder))
    assert told.exit_code == 1
    assert f"chain {CHAIN}, number 5, edited: Row 5 was edited" in told.output
    assert run(app, "audit", "verify", "--chain", str(AGENCY)).exit_code == 1
    assert run(app, "audit", "verify", "--chain", "network").exit_code == 0
    assert run(app, "audit", "verify", "--chain", "nobody").exit_code == 2


DAMAGES = st.lists(
    st.tuples(
        st.sampled_from(["edit", "delete", "move", "relink", "forge", "cut", "rewrite"]),
        st.integers(1, ROWS),
        st.integers(1, ROWS + 3),
    ),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(damages=DAMAGES)
def test_random_attacks_are_found(folder: Path, damages: list[tuple[str, int, int]]) -> None:
    """Whatever is done, in whatever order: if the rows are other rows, verification says so."""
    _restore(folder)
    intact = _rows()
    for damage in damages:
        _damage(*damage)
    assert bool(kinds(folder)) == (_rows() != intact)


_kept: dict[str, list[tuple[object, ...]]] = {}


def _restore(folder: Path) -> None:
    """The chain as it was when the test began."""
    kept = _kept.setdefault(str(folder), _rows())
    heads = _kept.setdefault(f"{folder} heads", _rows("audit_head"))
    with attacker() as connection:
        for table, rows in (("audit_entry", kept), ("audit_head", heads)):
            connection.execute(text(f"delete from {table}"))
            marks = ", ".join(f":v{n}" for n in range(len(rows[0])))
            for row in rows:
                values = {f"v{n}": value for n, value in enumerate(row)}
                connection.execute(text(f"insert into {table} values ({marks})"), values)


def _rows(table: str = "audit_entry") -> list[tuple[object, ...]]:
    order = "chain, number"
    with db.engine.connect() as connection:
        return [
            tuple(r) for r in connection.execute(text(f"select * from {table} order by {order}"))
        ]


def _damage(kind: str, number: int, other: int) -> None:
    where = {"c": CHAIN, "n": number}
    if kind == "edit":
        sql("update audit_entry set action = :a where chain = :c and number = :n",
            a=f"x{other}", **where)  # fmt: skip
    elif kind == "delete":
        sql("delete from audit_entry where chain = :c and number = :n", **where)
    elif kind == "move" and (CHAIN, other) not in {row[:2] for row in _rows()}:
        _renumber(number, other)
    elif kind == "relink":
        sql("update audit_entry set before_hash = :f where chain = :c and number = :n",
            f=FIRST if number > 1 else "1" * 64, **where)  # fmt: skip
    elif kind == "forge" and (CHAIN, other) not in {row[:2] for row in _rows()}:
        _forge(other)
    elif kind == "cut":
        _cut(number - 1)
    elif kind == "rewrite" and (CHAIN, number) in {row[:2] for row in _rows()}:
        rewrite_from(number, head=True, action=f"y{other}")


def _renumber(number: int, other: int) -> None:
    sql("update audit_entry set number = :o where chain = :c and number = :n",
        c=CHAIN, n=number, o=other)  # fmt: skip


def _forge(number: int) -> None:
    """A row with a right hash that follows the row before it."""
    sql(
        "insert into audit_entry select chain, :n, at, actor_kind, actor_id, 'forged.thing',"
        " subject_kind, subject_id, facts, coalesce((select own_hash from audit_entry"
        " where chain = :c and number = :p), before_hash), own_hash from audit_entry"
        " where chain = :c"
        " order by number limit 1",
        c=CHAIN,
        n=number,
        p=number - 1,
    )
    if (CHAIN, number) in {row[:2] for row in _rows()}:
        _compute_one(number)


def _compute_one(number: int) -> None:
    db.session.rollback()
    row = db.session.scalars(
        select(AuditEntry).where(AuditEntry.chain == CHAIN, AuditEntry.number == number)
    ).one()
    own = hash_of(row.covered())
    sql("update audit_entry set own_hash = :o where chain = :c and number = :n",
        o=own, c=CHAIN, n=number)  # fmt: skip


def _cut(left: int) -> None:
    """Cut the tail and set the head back, as if the rest had never been."""
    with attacker() as connection:
        values = {"c": CHAIN, "n": left}
        connection.execute(text("delete from audit_entry where chain = :c and number > :n"), values)
        connection.execute(
            text(
                "update audit_head set number = :n, own_hash = coalesce((select own_hash from"
                " audit_entry where chain = :c and number = :n), :f) where chain = :c"
            ),
            {**values, "f": FIRST},
        )
