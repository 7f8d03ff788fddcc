"""What a process keeps of the maps: the dearest answers, by exactly what they were made of."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

import structlog
from flask import Flask, Response, after_this_request, current_app, has_request_context

from core.bearing import Bearing, bearing, take
from core.bulk import undisturbed
from core.db import db

MOST_KEPT = 1_000
T = TypeVar("T")


class Kept:
    """Answers by their keys, the longest unused forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, object] = OrderedDict()

    def get(self, key: Hashable) -> object | None:
        """What is known, or None."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def put(self, key: Hashable, value: object) -> None:
        """Keep it."""
        with self._lock:
            self._known[key] = value
            while len(self._known) > self._most:
                self._known.popitem(last=False)


def kept() -> Kept:
    """This app's."""
    found: Kept = current_app.extensions.setdefault("rujukan_maps_kept", Kept(MOST_KEPT))
    return found


def known_or(key: Hashable, make: Callable[[], T]) -> T:
    """What is kept under the key, else made and kept. Two at once may both make it: no harm."""
    known = kept().get(key)
    if known is None:
        known = make()
        kept().put(key, known)
    return cast(T, known)


def latest(name: Hashable, version: Hashable, make: Callable[[], T]) -> T:
    """What was made under a name, if it is of this version, else made anew.

    The version before is forgotten: what is large and changes with each bed may not pile up.
    """
    known = cast("tuple[Hashable, T] | None", kept().get(name))
    if known is None or known[0] != version:
        with undisturbed():
            known = (version, make())
        kept().put(name, known)
    return known[1]


def in_background(name: Hashable, work: Callable[[], None]) -> None:
    """Let a thread do some reading, unless one is at it already under this name.

    It reads on behalf of whoever asked, writes nothing, and ends with the process. Asked for while
    a page is made, it begins when that page is: the two would only hold each other up.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    on_behalf = bearing()

    def begin() -> None:
        _begin(app, name, lambda: _work(app, work, on_behalf))

    if not has_request_context():
        begin()
        return

    @after_this_request
    def begin_then(response: Response) -> Response:
        begin()
        return response


def _begin(app: Flask, name: Hashable, work: Callable[[], None]) -> None:
    begun: dict[Hashable, threading.Thread] = app.extensions.setdefault("rujukan_maps_at_work", {})
    if any(thread.is_alive() for thread in begun.values()):
        return  # one after the other: there are people to answer too
    begun.clear()
    thread = threading.Thread(target=work, name=f"maps {name}", daemon=True)
    begun[name] = thread
    thread.start()


def _work(app: Flask, work: Callable[[], None], on_behalf: Bearing) -> None:
    with app.app_context():
        take(on_behalf)
        try:
            work()
        except Exception:  # nobody waits for it; the next one who asks begins it again
            structlog.get_logger().exception("maps_background")
        finally:
            db.session.remove()
