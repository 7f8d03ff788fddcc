"""A session that waits for its second factor goes nowhere else."""

from __future__ import annotations

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from accounts.current import present
from accounts.pages.sign_in import onward
from accounts.rules.local import HOME
from accounts.rules.sessions import Wait
from core import hooks

# Where one may go with a password alone: on with signing in, and out.
OPEN = frozenset({"static", "health.healthz", "account.sign_out", "account.sign_out_everywhere"})
OPEN_BLUEPRINTS = frozenset({"sign_in", "second_step", "leaving", "welcome", "join"})
# Who must have a second factor and has none makes one; the rest of that page needs one first.
TO_ENROL = frozenset(
    {
        "factors.overview",
        "factors.app_form",
        "factors.enrol_app",
        "factors.passkey_options",
        "factors.add",
    }
)


def init_gate(app: Flask) -> None:
    """Stand in the way of every page but those that lead on."""
    hooks.before(app, _hold, pages_only=True)


def _hold() -> Response | None:
    here = present()
    if here is None or here.waits is None or _is_open(here.waits):
        return None
    then = request.full_path.rstrip("?") if request.method == "GET" else HOME
    return redirect(onward(here.waits, then))


def _is_open(waits: Wait) -> bool:
    if request.endpoint in OPEN or request.blueprint in OPEN_BLUEPRINTS:
        return True
    return waits is Wait.ENROLMENT and request.endpoint in TO_ENROL
