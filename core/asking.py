"""Questions and changes that are spelt once and asked often, behind the walls and past the session.

The session looks for objects in every answer, which takes longer than the small questions of which
a move consists.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVarTuple

from sqlalchemy import Connection, Delete, Select, Update
from sqlalchemy.sql.dml import ReturningDelete, ReturningUpdate

from core.bearing import bearing
from core.db import db
from core.glass import look
from core.prepared import Answer, Prepared, prepared
from core.walls import SPELT_ONCE, Spelt, as_asked

Asked = TypeVarTuple("Asked")
Returning = ReturningUpdate[Any] | ReturningDelete[Any]


def spelt_once(statement: Spelt) -> Spelt:
    """Say of a statement that it is made once, with names for its values, and asked often.

    It is narrowed once for each kind of bearing, and so compiled once: spelling a statement anew
    and narrowing it takes several times as long as the database takes to answer it. What it is
    narrowed by still asks who looks whenever it is executed.
    """
    return statement.execution_options(**{SPELT_ONCE: True})


def ask(statement: Select[*Asked], **values: object) -> Answer[*Asked]:
    """What a question that is spelt once and is for columns answers.

    Behind the same walls as `db.session.execute`, but without its work for objects, which takes
    longer than the question. What waits to be written is written before.
    """
    return _run(statement, "read", values)


def ask_ahead(statement: Select[*Asked], **values: object) -> Answer[*Asked]:
    """As `ask`, where the request has asked nothing yet: who it is must be known before.

    It is a glance, so that no transaction is begun for it and ended again.
    """
    if db.session().in_transaction():
        return ask(statement, **values)
    whom = bearing()
    asked = statement if whom.is_open else as_asked(statement, "read", whom)
    one = prepared(asked, db.engine.dialect)
    return look(*one.spelt(values), one.answer)


def change_rows(statement: Update | Delete, **values: object) -> None:
    """Change or remove rows by a statement that is spelt once, behind the same walls.

    No object that the session has learns of it. What waits to be written is written before. Nobody
    waits for it: what is wrong is told as by `core.prepared.Prepared.send`.
    """
    one, connection = _asked(statement, _shelf(statement))
    one.send(connection, values)


def changed_rows(statement: Returning, **values: object) -> Answer[*tuple[Any, ...]]:
    """The same for one that returns something of what it changed."""
    return _run(statement, _shelf(statement), values)


def _shelf(statement: Update | Delete) -> str:
    return "change" if statement.is_update else "remove"


def _run(statement: Any, shelf: str, values: Mapping[str, object]) -> Answer[Any]:
    one, connection = _asked(statement, shelf)
    return one.run(connection, values)


def _asked(statement: Any, shelf: str) -> tuple[Prepared, Connection]:
    """As whoever asks may ask it, and where."""
    session, whom = db.session(), bearing()
    if session.autoflush:
        session.flush()
    if not whom.is_open:
        statement = as_asked(statement, shelf, whom)
    connection = session.connection()
    if SPELT_ONCE in statement.get_execution_options():
        return prepared(statement, connection.dialect), connection
    return Prepared(statement, connection.dialect), connection
