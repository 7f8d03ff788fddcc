"""`/api/v1/referrals`: the hand-off, for programs of an agency.

Every operation calls the command that the pages call. A key writes who the person is and never
reads it (`commands/record/programs.py`).
"""

from __future__ import annotations

from flask import Flask

from core.api import api_of
from referral.api import (
    askings,
    batches,
    consents,
    export,
    handing,
    moves,
    notes,
    referrals,
    routes,
)
from referral.api.common import blueprint

# Each adds its operations to the one blueprint.
DOORS = (referrals, export, moves, consents, notes, handing, askings, batches)


def register(app: Flask) -> None:
    """Add the operations to the app and to its description."""
    api_of(app).register_blueprint(blueprint)
    api_of(app).register_blueprint(routes.blueprint)
