"""Which forms are not sent once, and why. All others are, without a line of theirs."""

from __future__ import annotations

from flask import Flask

from accounts.current import who
from core import once

NOT_ONCE: dict[str, str] = {
    "sign_in.with_password": "each attempt is counted; what it gives is a cookie, never repeated",
    "sign_in.with_passkey": "a challenge is good once by itself",
    "sign_in.passkey_options": "no form: a script asks, and each challenge is a new one",
    "sign_in.as_sample": "a demo's session; a second one does no harm",
    "second_step.with_code": "each attempt is counted, and a code is good once by itself",
    "second_step.with_passkey": "a challenge is good once by itself",
    "second_step.passkey_options": "no form: a script asks, and each challenge is a new one",
    "factors.passkey_options": "no form: a script asks, and each challenge is a new one",
    "account.sign_out": "a session that has ended cannot end again",
    "leaving.leave": "it must work whatever the form holds; it ends what it finds",
    "answering.enter": "each attempt is counted; what it gives is a cookie, never repeated",
    "new.prefilled": "it opens a form and changes nothing; what is asked is not kept",
    "draft.save": "saved as one types; its number is made with the form",
    "draft.urgency": "no form: a script asks while one types, and nothing changes",
    "find.find": "it asks and changes nothing; what is asked about a person is not kept",
    "secret_places.address": "every opening is counted and recorded; the answer is never kept",
}


def init_once(app: Flask) -> None:
    """Have every other form answer once; when all doors are there."""
    once.send_once(app, who, but_not=NOT_ONCE)
