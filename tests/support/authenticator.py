"""What people hold as a second factor, for tests: the codes of an app, a phone with passkeys."""

from __future__ import annotations

import base64
from datetime import timedelta

from playwright.sync_api import Page

from core.clock import now
from core.totp import STEP_SECONDS, code_at


def code_of(letters: str, steps_on: int = 0) -> str:
    """The code that an app shows for the letters it was given, now or some steps later."""
    secret = base64.b32decode(letters.replace(" ", ""))
    return code_at(secret, now() + timedelta(seconds=steps_on * STEP_SECONDS))


def hold_passkeys(page: Page) -> None:
    """Chromium's virtual authenticator: a phone that knows its owner and asks nothing."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
