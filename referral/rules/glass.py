"""Broken glass: how long, and what a reason must at least be (domain.md §0, pelindung)."""

from __future__ import annotations

from datetime import timedelta

OPEN_FOR = timedelta(minutes=60)
REVIEWED_WITHIN = timedelta(hours=24)
FEWEST_WORDS = 4
REASON_LETTERS = 500


def is_reason(words: str) -> bool:
    """Whether somebody said why in at least some words."""
    return len([word for word in words.split() if any(map(str.isalpha, word))]) >= FEWEST_WORDS
