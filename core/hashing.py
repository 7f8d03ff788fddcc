"""Hashes of passwords (argon2id), and keyed hashes of what is short enough to be guessed.

Slow by design: call `hash_password` and `matches` outside any transaction.
"""

from __future__ import annotations

import hmac
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.keystore import keystore

# OWASP's lower bound (19 MiB, two rounds, one lane): about 30 ms on a small server, and four
# people who sign in at once cost 76 MiB.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _HASHER.hash(_same_everywhere(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether the password is the one of which `kept` is the hash.

    With nothing kept (no such account, no password yet) it is as slow and answers False.
    """
    try:
        _HASHER.verify(kept or _nobodys(), _same_everywhere(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def keyed_hash(key_name: str, text: str) -> str:
    """HMAC-SHA-256 (hex) under a key of the key store: a stolen database cannot be guessed at."""
    return hmac.new(keystore().key(key_name), text.encode(), "sha256").hexdigest()


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody's password")


def _same_everywhere(password: str) -> str:
    # The same letters typed on another keyboard may be other code points (NIST SP 800-63B 3.1.1.2).
    return unicodedata.normalize("NFKC", password)
