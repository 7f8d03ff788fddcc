"""Whether the sample data is there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import exists, select

from agencies.models import Agency
from core.db import db

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "sample.csv"


def has_sample() -> bool:
    """Whether some agency of the sample is in the registry."""
    return bool(db.session.scalar(select(exists().where(Agency.is_sample))))
