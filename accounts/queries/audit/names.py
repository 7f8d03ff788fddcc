"""What subjects are called. Upper rooms say how to name their own; none is imported here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

Names = Callable[[Iterable[str]], Mapping[str, str]]

_names: dict[str, Names] = {}


def register_names(kind: str, names: Names) -> None:
    """Say who names subjects of a kind: from ids to what people read aloud, such as a case's code.

    What it gives must not identify a person: it is printed and stands on pages.
    """
    _names[kind] = names


def names_of(kind: str, ids: Iterable[str]) -> dict[str, str]:
    """The names of these subjects; an id without a name stands for itself."""
    wanted = list(dict.fromkeys(ids))
    known = _names[kind](wanted) if kind in _names else {}
    return {id_: known.get(id_, id_) for id_ in wanted}
