"""Chance that is the same every time."""

from __future__ import annotations

from random import Random


def chance_of(*parts: object) -> Random:
    """Chances of their own for each thing, so that nothing depends on what else happened."""
    return Random("/".join(map(str, parts)))  # noqa: S311 (fiction: to be repeated, not to be secret)
