"""Passwords as they are kept: argon2id, slow on purpose, so never while a transaction is open."""

from __future__ import annotations

from argon2 import PasswordHasher

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """What we keep of a password."""
    return _hasher.hash(password)
