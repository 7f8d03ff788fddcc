"""A quarter that was really published: counted by the command from a log of the test's own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from datetime import date
from unittest.mock import patch

from flask import Flask

from core.actors import OPERATOR
from core.db import db, write
from referral.commands.publishing import keep_publication
from referral.queries.protecting import hiding
from referral.queries.publishing import pack
from referral.rules.periods import read_period
from tests.support.logged import JANUARY, write_log, write_searches

SOAK = bool(os.environ.get("RUJUKAN_SOAK"))
QUARTER = "2026-Q1"
AREAS = ("31.75.10", "31.75.04")


def publish_quarter(app: Flask, agencies: Sequence[uuid.UUID], number: int = 40) -> None:
    """So many referrals between these agencies, some searches in vain, and `flask referral
    publish`. A few ways carry most of them, so that some numbers are shown and some hidden.
    """
    write_log(list(agencies), number, begins=JANUARY, days=80, ways=6, again=0.0)
    write_searches(30, AREAS, first=date(2026, 1, 1), days=80, seed=2)
    # What is hidden from who took part takes longest, and has tests of its own.
    with patch.object(hiding, "ROUNDS_FOR_INSIDERS", hiding.ROUNDS_FOR_INSIDERS if SOAK else 0):
        said = app.test_cli_runner().invoke(args=["referral", "publish", "--period", QUARTER])
    assert said.output == f"{QUARTER}: published\n", said.output
    db.session.rollback()


def withhold_quarter() -> None:
    """The quarter is out, and nothing of it could be shown safely."""
    packed = pack({"withheld": True, "rules": 1})
    write(keep_publication, OPERATOR, period=read_period(QUARTER), rules=1, packed=packed)
    db.session.rollback()
