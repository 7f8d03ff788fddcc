"""What can go wrong in a way that has a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class Words(str):
    """A value of a message that is a message id itself: it is said in the reader's language."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong: the field, a message id of the catalogues, and its values."""

    field: str
    message: str
    values: tuple[tuple[str, Any], ...] = ()


class RefusedError(Exception):
    """Input was refused; `troubles` says what and where, for every field at once."""

    def __init__(self, *troubles: Trouble) -> None:
        super().__init__("; ".join(f"{t.field}: {t.message % dict(t.values)}" for t in troubles))
        self.troubles = troubles


class HiddenError(Exception):
    """The actor may not do this to that: answered exactly as if that did not exist (404)."""


def refused(field: str, message: str, **values: Any) -> RefusedError:
    """A refusal of one field."""
    return RefusedError(Trouble(field, message, tuple(values.items())))
