"""A new key in the place of an old one, so that what the old one sealed opens no more.

The store of keys and the database are two files, and a process may die between them. So a new key
waits in the store as the *next* one; the database is written with it; when that is committed it
takes the place of the former, which is overwritten. Whoever opens something tries the present key,
then the next: if that one fits, the last step was missing and is done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from core.crypto import CannotUnsealError
from core.db import db
from core.keystore import NEXT, ErasedKeyError, MissingKeyError, keystore

T = TypeVar("T")
WAITING = "rujukan_keys"  # in the session's info: what is done with keys once it is committed


def next_key(name: str) -> bytes:
    """The key that takes the place of `name` when the open transaction is committed."""
    made = keystore().key(NEXT + name)
    _on_commit(lambda: keystore().swap_in(name))
    return made


def sealing_key(name: str) -> bytes:
    """The key to seal with now: the next one where a change is under way, else the present.

    `ErasedKeyError` after an erasure.
    """
    try:
        return keystore().existing(NEXT + name)
    except MissingKeyError:
        return keystore().key(name)


def opened_with(name: str, open_it: Callable[[bytes], T]) -> T:
    """What `open_it` opens with the key of that name, the present or the next one.

    `MissingKeyError`, `ErasedKeyError` and `CannotUnsealError` as of the present key.
    """
    store = keystore()
    try:
        return open_it(store.existing(name))
    except (CannotUnsealError, MissingKeyError, ErasedKeyError) as wrong:
        try:
            found = open_it(store.existing(NEXT + name))
        except (CannotUnsealError, MissingKeyError):
            raise wrong from None
        store.swap_in(name)
        return found


def erase_on_commit(name: str) -> None:
    """Erase a key when the open transaction is committed: what it sealed is gone by then."""
    _on_commit(lambda: keystore().erase(name))


def _on_commit(action: Callable[[], None]) -> None:
    db.session().info.setdefault(WAITING, []).append(action)


@event.listens_for(db.session, "after_commit")
def _committed(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint is no end yet
    for action in session.info.pop(WAITING, []):
        action()


@event.listens_for(db.session, "after_soft_rollback")
def _rolled_back(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(WAITING, None)
