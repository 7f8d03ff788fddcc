"""Identifiers: UUIDv7, so that rows sort by when they were made."""

from __future__ import annotations

import uuid

import uuid_utils


def new_id() -> uuid.UUID:
    """A new UUIDv7."""
    return uuid.UUID(int=uuid_utils.uuid7().int)


def parse_id(text: str) -> uuid.UUID | None:
    """The UUID that the text spells, or None."""
    try:
        return uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        return None


def stable_id(*parts: str) -> uuid.UUID:
    """The same UUID for the same parts, for records that come with a name of their own."""
    return uuid.uuid5(_NAMESPACE, "\x1f".join(parts))


_NAMESPACE = uuid.UUID("7d3f2c3e-9f0b-5f6e-8a2b-6c1d0e9a4b57")
