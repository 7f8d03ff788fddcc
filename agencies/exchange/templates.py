"""Templates of a mapping: `RSUD {name}`, `{type}-{id|slug}`.

`{name}` is the cell of a source column; filters after a bar change it. Where all named cells are
empty the whole text is empty. A brace that is meant is doubled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_FIELD = re.compile(r"\{\{|\}\}|\{([^{}|]+)((?:\|[a-z]+)*)\}|[{}]")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _title(text: str) -> str:
    """Capital beginnings, for names in capitals; what has small letters is left alone."""
    return text.title() if text.isupper() else text


FILTERS: dict[str, Callable[[str], str]] = {
    "slug": _slug,
    "title": _title,
    "lower": str.lower,
    "upper": str.upper,
}


@dataclass(frozen=True, slots=True)
class Template:
    """Texts and fields in turn; a field is a column with its filters."""

    parts: tuple[str | tuple[str, tuple[str, ...]], ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read a template. `ValueError` for a brace out of place or an unknown filter."""
        parts: list[str | tuple[str, tuple[str, ...]]] = []
        end = 0
        for found in _FIELD.finditer(text):
            parts.append(text[end : found.start()])
            end = found.end()
            if found[0] in ("{{", "}}"):
                parts.append(found[0][0])
            elif found[1] is None:
                raise ValueError(text)
            else:
                filters = tuple(name for name in found[2].split("|") if name)
                if not FILTERS.keys() >= set(filters):
                    raise ValueError(text)
                parts.append((found[1].strip().lower(), filters))
        return cls((*parts, text[end:]))

    @property
    def names(self) -> frozenset[str]:
        """The source columns that it names."""
        return frozenset(part[0] for part in self.parts if not isinstance(part, str))

    def fill(self, cells: Mapping[str, str]) -> str:
        """The text for a row."""
        if self.names and not any(cells.get(name) for name in self.names):
            return ""
        return "".join(p if isinstance(p, str) else _filtered(p, cells) for p in self.parts).strip()


def _filtered(field: tuple[str, tuple[str, ...]], cells: Mapping[str, str]) -> str:
    text = cells.get(field[0], "")
    for name in field[1]:
        text = FILTERS[name](text)
    return text
