"""Write the audit. Every command that changes or opens something calls `record`.

A row joins its chain at the very end of its transaction. Only then are the heads of the chains
locked, in the order of their names: so two transactions can neither wait for each other here, nor
hold up all other writers of an agency while they do their work, and a number is never given to a
row that is rolled back.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Connection, bindparam, event, insert, select, text, update
from sqlalchemy.orm import Session, SessionTransaction

from accounts.models.audit import NETWORK, AuditEntry, chain_of
from accounts.rules.chain import FIRST, hash_of, spelt_facts
from core.actors import Actor
from core.clock import now
from core.db import WRITES, Base, db
from core.prepared import prepared
from core.rows import new_row
from core.types import Instant

__all__ = ["NETWORK", "record"]

WAITING = "rujukan_audit"  # in the session's info: rows that wait for the end of the transaction


def record(
    actor: Actor,
    action: str,
    *,
    agency_id: uuid.UUID | None = None,
    subject: tuple[str, object] | None = None,
    **facts: Any,
) -> AuditEntry:
    """Add a row to an agency's chain, in the transaction that is open.

    `subject` is a kind and an id, such as `("offer", offer.id)`. `facts` are plain JSON values
    (`TypeError` for others) and never identify a person (design.md §9). `RuntimeError` outside a
    write transaction. The row has its number and
    hash when the transaction is committed; a savepoint that is rolled back takes its rows along.
    """
    session = db.session()
    if not session.connection().get_execution_options().get(WRITES):
        # Nobody would commit it: what was seen would be in no audit.
        raise RuntimeError(f"{action} is recorded outside a write transaction (core.db.write)")
    spelt_facts(facts)  # what is no JSON fails here, where it was said
    entry = new_row(
        AuditEntry,
        chain=chain_of(agency_id),
        at=now(),
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        action=action,
        subject_kind=subject[0] if subject else None,
        subject_id=str(subject[1]) if subject else None,
        facts=facts,
    )
    session.info.setdefault(WAITING, []).append((entry, _savepoints(session)))
    return entry


def _savepoints(session: Session) -> list[SessionTransaction]:
    """The savepoints that are open now, innermost first."""
    found, transaction = [], session.get_nested_transaction()
    while transaction is not None and transaction.nested:
        found.append(transaction)
        transaction = transaction.parent
    return found


@event.listens_for(db.session, "before_commit")
def _join_chains(session: Session) -> None:
    """Give the waiting rows their numbers and hashes; a savepoint is no end yet."""
    if session.in_nested_transaction() or not session.info.get(WAITING):
        return
    session.flush()  # all other locks first
    waiting = [entry for entry, _ in session.info.pop(WAITING)]
    connection = session.connection()
    for chain in sorted({entry.chain for entry in waiting}):
        _append(connection, chain, [entry for entry in waiting if entry.chain == chain])


# Past the ORM: every command of every room ends here, and these rows are never loaded again.
_HEAD, _ENTRY = (Base.metadata.tables[one] for one in ("audit_head", "audit_entry"))
_END = (
    select(_HEAD.c.number, _HEAD.c.own_hash)
    .where(_HEAD.c.chain == bindparam("of_chain"))
    .with_for_update()
)
_ADD = insert(_ENTRY)
_MOVE_END = (
    update(_HEAD)
    .where(_HEAD.c.chain == bindparam("of_chain"))
    .values(number=bindparam("last"), own_hash=bindparam("last_hash"), at=bindparam("last_at"))
)


def _append(connection: Connection, chain: str, entries: list[AuditEntry]) -> None:
    number, before = _locked_end(connection, chain)
    add = prepared(_ADD, connection.dialect)
    for entry in entries:
        number += 1
        values = vars(entry)  # past what SQLAlchemy does for objects that a session knows
        values |= {"number": number, "before_hash": before}
        values["own_hash"] = before = hash_of(entry.covered())
        add.send(connection, values)
    last = {"of_chain": chain, "last": number, "last_hash": before, "last_at": entries[-1].at}
    prepared(_MOVE_END, connection.dialect).send(connection, last)


def _locked_end(connection: Connection, chain: str) -> tuple[int, str]:
    """Number and hash of a chain's last row, locked until the transaction ends."""
    found = prepared(_END, connection.dialect).run(connection, {"of_chain": chain}).one_or_none()
    if found is None:
        # Nothing to lock yet: of many who come first, one inserts and the others wait for it.
        connection.execute(
            text(
                "insert into audit_head (chain, number, own_hash, at)"
                " values (:chain, 0, :first, :at) on conflict (chain) do nothing"
            ).bindparams(bindparam("at", type_=Instant())),
            {"chain": chain, "first": FIRST, "at": now()},
        )
        found = prepared(_END, connection.dialect).run(connection, {"of_chain": chain}).one()
    return found.number, found.own_hash


@event.listens_for(db.session, "after_soft_rollback")
def _forget(session: Session, ended: SessionTransaction) -> None:
    """What was rolled back did not happen: its rows are not written."""
    waiting = session.info.get(WAITING, [])
    if ended.nested:
        session.info[WAITING] = [row for row in waiting if ended not in row[1]]
    elif ended.parent is None:  # not a failed flush within a savepoint: the savepoint's end follows
        session.info.pop(WAITING, None)
