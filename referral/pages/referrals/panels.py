"""Other parts of the hand-off show themselves on the page of a referral.

A panel is a function of who reads and what they see; it returns a template and its values, or
None where it has nothing to say. Panels stand between the facts and the log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.actors import Actor
from referral.commands.record.reading import Seen

Panel = Callable[[Actor, Seen], tuple[str, dict[str, Any]] | None]

_panels: list[Panel] = []


def add_panel(panel: Panel) -> None:
    """Show something on the page of a referral; twice is the same as once."""
    if panel not in _panels:
        _panels.append(panel)


def panels_for(actor: Actor, seen: Seen) -> list[tuple[str, dict[str, Any]]]:
    """Templates and values of what there is to show, in the order in which they were added."""
    found = (panel(actor, seen) for panel in _panels)
    return [one for one in found if one is not None]
