"""What agencies are called, by id."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from agencies.models import Agency
from core.db import db
from core.ids import parse_id


def agency_names(ids: Iterable[str]) -> dict[str, str]:
    """The names of the agencies with these ids; an id that is no agency's is left out."""
    wanted = {known: text for text in ids if (known := parse_id(text))}
    rows = db.session.execute(select(Agency.id, Agency.name).where(Agency.id.in_(wanted)))
    return {wanted[id_]: name for id_, name in rows}
