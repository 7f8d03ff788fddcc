"""Sealing: AES-256-GCM, bound to the place that it belongs to (design.md §9, §11 trap 7)."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32
PADDED_TO = 64  # bytes: the length of a sealed text says little about the text


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


def seal_text(key: bytes, text: str, bound_to: str) -> bytes:
    """Encrypt a text, padded so that a short name and a long one look alike."""
    plain = text.encode() + b"\x80"
    return seal(key, plain + bytes(-len(plain) % PADDED_TO), bound_to)


def unseal_text(key: bytes, sealed: bytes, bound_to: str) -> str:
    """Decrypt what `seal_text` made. `CannotUnsealError` for anything else."""
    plain = unseal(key, sealed, bound_to).rstrip(b"\0")
    if plain[-1:] != b"\x80":
        raise CannotUnsealError(bound_to)
    return plain[:-1].decode()


def keyed_hash(key: bytes, *parts: str) -> str:
    """HMAC-SHA256 (hex) of some texts: finds an equal one, and without the key tells nothing."""
    spelt = b"".join(len(raw).to_bytes(4) + raw for raw in (part.encode() for part in parts))
    return hmac.new(key, spelt, hashlib.sha256).hexdigest()


def derive(key: bytes, purpose: str, salt: bytes = b"") -> bytes:
    """Another key of 256 bits from a key, for one purpose (HKDF-SHA256)."""
    return HKDF(SHA256(), KEY_BYTES, salt or None, purpose.encode()).derive(key)
