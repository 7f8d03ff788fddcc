"""Which key encrypts a backup of the database: a passphrase's, or one of the store of keys."""

from __future__ import annotations

import hashlib
import secrets

from core.backup.container import NOT_A_BACKUP, Header
from core.crypto import KEY_BYTES
from core.errors import refused
from core.i18n import _
from core.keystore import ErasedKeyError, KeyStore, MissingKeyError

OWN_KEY = "backup"  # its name in the store of keys
COST, BLOCK = 2**15, 8  # scrypt: 32 MB and about a tenth of a second

NEEDS_PASSPHRASE = _("This backup needs its passphrase: set RUJUKAN_BACKUP_PASSPHRASE.")
NEEDS_STORE = _(
    "The key of this backup is not in the store of keys. Restore the keys first: "
    "`flask keys restore FILE`."
)


def lock(store: KeyStore, passphrase: str) -> tuple[bytes, Header]:
    """A key for a new backup, and what its header says about it."""
    if not passphrase:
        return store.key(OWN_KEY), {"by": "store"}
    salt = secrets.token_bytes(16)
    return _stretch(passphrase, salt), {"by": "passphrase", "salt": salt.hex()}


def unlock(store: KeyStore, passphrase: str, header: Header) -> bytes:
    """The key that a header asks for; `RefusedError` says what is missing."""
    if header.get("by") == "store":
        try:
            return store.existing(OWN_KEY)
        except (MissingKeyError, ErasedKeyError) as wrong:
            raise refused("file", NEEDS_STORE) from wrong
    if header.get("by") != "passphrase":
        raise refused("file", NOT_A_BACKUP)
    if not passphrase:
        raise refused("file", NEEDS_PASSPHRASE)
    try:
        return _stretch(passphrase, bytes.fromhex(header["salt"]))
    except (KeyError, TypeError, ValueError) as wrong:
        raise refused("file", NOT_A_BACKUP) from wrong


def _stretch(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        passphrase.encode(),
        salt=salt,
        n=COST,
        r=BLOCK,
        p=1,
        maxmem=256 * COST * BLOCK,
        dklen=KEY_BYTES,
    )
