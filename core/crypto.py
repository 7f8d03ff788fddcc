"""Sealing: AES-256-GCM, bound to the place that it belongs to (design.md §9, §11 trap 7)."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32


class CannotUnsealError(Exception):
    """Wrong key, changed bytes, or a sealed value that was moved to where it does not belong."""


def new_key() -> bytes:
    """A random key of 256 bits."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, plain: bytes, bound_to: str) -> bytes:
    """Encrypt; `bound_to` names the row and field, so that it opens nowhere else."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def unseal(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    """Decrypt what `seal` made. `CannotUnsealError` for anything else."""
    start = len(VERSION)
    if sealed[:start] != VERSION:
        raise CannotUnsealError(bound_to)
    nonce, rest = sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, rest, bound_to.encode())
    except (InvalidTag, ValueError) as wrong:
        raise CannotUnsealError(bound_to) from wrong
