"""Named events: how something travels to a package above without an import upwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Handler = Callable[..., None]

_handlers: dict[str, list[Handler]] = defaultdict(list)


def subscribe(event: str, handler: Handler) -> None:
    """Call `handler` whenever `event` is published; subscribing twice is the same as once."""
    if handler not in _handlers[event]:
        _handlers[event].append(handler)


def publish(event: str, **facts: Any) -> None:
    """Tell everybody who subscribed, in the transaction that is open now."""
    for handler in _handlers[event]:
        handler(**facts)
