"""Where somebody starts who signs in and wanted nothing in particular.

Rooms above say it with `start_at`: the first page whose condition holds is theirs.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, url_for

from accounts.rules.local import HOME
from core.actors import Actor

_starts: list[tuple[str, Callable[[Actor], bool]]] = []


def start_at(endpoint: str, is_theirs: Callable[[Actor], bool]) -> None:
    """Let those for whom `is_theirs` holds start at a page; twice is the same as once."""
    if all(known != endpoint for known, _rule in _starts):
        _starts.append((endpoint, is_theirs))


def start_of(actor: Actor) -> str:
    """The address at which somebody starts."""
    for endpoint, is_theirs in _starts:
        if endpoint in current_app.view_functions and is_theirs(actor):
            return url_for(endpoint)
    return HOME
