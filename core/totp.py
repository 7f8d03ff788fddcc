"""Codes of an authenticator app (TOTP, RFC 6238): SHA-1, 30 s, six figures, as all apps do."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

DIGITS = 6
STEP_SECONDS = 30
DRIFT = 1  # steps by which a phone's clock may be wrong, either way
SECRET_BYTES = 20


def new_secret() -> bytes:
    """A random secret of 160 bits (RFC 4226 §4 R6)."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, moment: datetime) -> str:
    """The six figures that an app shows at a moment."""
    return _code(secret, step_of(moment))


def step_of(moment: datetime) -> int:
    """The number of the 30 s that a moment lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def step_shown(secret: bytes, code: str, moment: datetime, last_used: int | None) -> int | None:
    """The step whose code this is; None for a wrong, an old and an already used code."""
    here = step_of(moment)
    steps = [step for step in range(here - DRIFT, here + DRIFT + 1) if step > (last_used or 0)]
    # Every step is compared, whichever fits: how long it takes says nothing.
    fitting = [step for step in steps if hmac.compare_digest(_code(secret, step), code)]
    return fitting[0] if fitting else None


def spelt(secret: bytes) -> str:
    """The secret as people type it into an app."""
    return base64.b32encode(secret).decode()


def app_address(secret: bytes, account: str, issuer: str) -> str:
    """The address that an app reads from the square of dots."""
    name = quote(f"{issuer}:{account}")
    return f"otpauth://totp/{name}?secret={spelt(secret)}&issuer={quote(issuer)}"


def _code(secret: bytes, step: int) -> str:
    # SHA-1 is what the apps know; the standard's use of it is not broken (RFC 6238 §1.2).
    return HOTP(secret, DIGITS, SHA1(), enforce_key_length=False).generate(step).decode()  # noqa: S303
