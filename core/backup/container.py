"""An encrypted file that is opened whole or not at all.

    magic, length of the header, header (JSON), then chunks: length with a mark for the last, sealed

Each chunk is AES-256-GCM under a key for this file alone; its nonce is its number and whether it is
the last, and the header is bound to every chunk. So a changed, moved, missing or added byte is
found, and so is an end that was cut off.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.crypto import derive
from core.errors import RefusedError, refused
from core.i18n import _

MAGIC = b"RUJUKAN-BACKUP-1\n"
CHUNK = 64 * 1024
TAG = 16
LONGEST_HEADER = 4096

NOT_A_BACKUP = _("This file is not a backup of Rujukan.")
DAMAGED = _("This backup is damaged or was changed. Nothing was restored.")
CUT_OFF = _("This backup is cut off: its end is missing. Nothing was restored.")

Header = dict[str, Any]


class Writer:
    """Writes plain bytes as an encrypted file; only `close` makes it whole."""

    def __init__(self, file: BinaryIO, key: bytes, header: Header) -> None:
        salt = secrets.token_bytes(32)
        self._head = json.dumps({**header, "file_salt": salt.hex()}, sort_keys=True).encode()
        self._cipher = AESGCM(derive(key, "rujukan backup file", salt))
        self._file = file
        self._number = 0
        self._waiting = bytearray()
        file.write(MAGIC + len(self._head).to_bytes(4) + self._head)

    def write(self, plain: bytes) -> None:
        """Add bytes."""
        self._waiting += plain
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def close(self) -> None:
        """Write what waits, marked as the end."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last), plain, self._head)
        self._file.write(_length(len(sealed), last) + sealed)
        self._number += 1


def read_header(file: BinaryIO) -> Header:
    """The header, which says what this is and which key opens it; `RefusedError` for other files.

    It is not to be believed before a chunk has been opened.
    """
    return _read_header(file)[0]


def read_plain(file: BinaryIO, find_key: Callable[[Header], bytes]) -> Iterator[bytes]:
    """The plain bytes, chunk by chunk. `RefusedError` at the first fault, at the latest at the end.

    Whoever uses them may keep nothing before the iteration has ended.
    """
    header, head = _read_header(file)
    try:
        salt = bytes.fromhex(header["file_salt"])
    except (KeyError, TypeError, ValueError) as wrong:
        raise refused("file", NOT_A_BACKUP) from wrong
    cipher = AESGCM(derive(find_key(header), "rujukan backup file", salt))
    number, last = 0, False
    while not last:
        sealed, last = _next_chunk(file)
        try:
            yield cipher.decrypt(_nonce(number, last), sealed, head)
        except InvalidTag as wrong:
            raise _fault(number) from wrong
        number += 1
    if file.read(1):
        raise refused("file", DAMAGED)


WRONG_KEY = _(
    "This backup does not open: it was made with another passphrase or another store of keys, or "
    "it was changed. Nothing was restored."
)


def _fault(number: int) -> RefusedError:
    return refused("file", DAMAGED if number else WRONG_KEY)


def _read_header(file: BinaryIO) -> tuple[Header, bytes]:
    if file.read(len(MAGIC)) != MAGIC:
        raise refused("file", NOT_A_BACKUP)
    length = int.from_bytes(file.read(4))
    head = file.read(length) if length <= LONGEST_HEADER else b""
    try:
        header = json.loads(head)
    except ValueError as wrong:
        raise refused("file", NOT_A_BACKUP) from wrong
    if not isinstance(header, dict):
        raise refused("file", NOT_A_BACKUP)
    return header, head


def _next_chunk(file: BinaryIO) -> tuple[bytes, bool]:
    start = file.read(4)
    if len(start) < 4:
        raise refused("file", CUT_OFF)
    number = int.from_bytes(start)
    last, length = bool(number >> 31), number & 0x7FFFFFFF
    if not TAG <= length <= CHUNK + TAG:
        raise refused("file", DAMAGED)
    sealed = file.read(length)
    if len(sealed) < length:
        raise refused("file", CUT_OFF)
    return sealed, last


def _length(length: int, last: bool) -> bytes:
    return (length | (last << 31)).to_bytes(4)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])
