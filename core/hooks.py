"""What is done before each request and after it, and what of that concerns pages alone.

Half of it is about cookies, forms and frames, of which programs have none. Which of the two asks is
found out once for a request, not once more in each hook.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request

MACHINE_PATHS = ("/api/", "/hsds/")
API_PAGE = "/api/v1/docs"

Before = Callable[[], Any]  # what it returns, if anything, is the answer
After = Callable[[Response], Response]
EXTENSION = "rujukan_hooks"


def is_machine(path: str) -> bool:
    """Whether a path is for programs; the page that describes the API is for people."""
    return path.startswith(MACHINE_PATHS) and path != API_PAGE


@dataclass(slots=True)
class Hooks:
    """The hooks of an app: those for pages are all there are, those for programs some of them."""

    before_pages: list[Before] = field(default_factory=list)
    before_programs: list[Before] = field(default_factory=list)
    after_pages: list[After] = field(default_factory=list)
    after_programs: list[After] = field(default_factory=list)

    def before(self) -> Any:
        """In the order in which they came; the first answer is the answer."""
        for hook in self.before_programs if is_machine(request.path) else self.before_pages:
            answer = hook()
            if answer is not None:
                return answer
        return None

    def after(self, response: Response) -> Response:
        """The last that came is done first, as Flask does."""
        for hook in self.after_programs if is_machine(request.path) else self.after_pages:
            response = hook(response)
        return response


def before(app: Flask, hook: Before, *, pages_only: bool = False) -> None:
    """Do this before each request, or before each that is a page's."""
    hooks = _of(app)
    hooks.before_pages.append(hook)
    if not pages_only:
        hooks.before_programs.append(hook)


def after(app: Flask, hook: After, *, pages_only: bool = False) -> None:
    """Do this after each request, or after each that is a page's."""
    hooks = _of(app)
    hooks.after_pages.insert(0, hook)
    if not pages_only:
        hooks.after_programs.insert(0, hook)


def _of(app: Flask) -> Hooks:
    known: Hooks | None = app.extensions.get(EXTENSION)
    if known is None:
        known = app.extensions[EXTENSION] = Hooks()
        app.before_request(known.before)
        app.after_request(known.after)
    return known
