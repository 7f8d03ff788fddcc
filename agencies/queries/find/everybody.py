"""All offers in service for some needs, for questions that are asked of everybody at once."""

from __future__ import annotations

from collections.abc import Sequence

from agencies.queries.find.faceless import faceless
from agencies.queries.find.near import walk_without_origin
from agencies.rules.candidate import Candidate
from core.actors import Actor
from core.db import snapshot

Row = tuple[Candidate, float | None, float | None]  # with its published position in degrees


def offers_for(actor: Actor, codes: Sequence[str]) -> list[Row]:
    """The offers in service for any of some needs that somebody sees."""
    with snapshot() as view:
        step = next(iter(walk_without_origin(view, codes, actor.sees.value)))
        candidates = faceless().get(view, step.rows)
    return [(one, row[1], row[2]) for one, row in zip(candidates, step.rows, strict=True)]
