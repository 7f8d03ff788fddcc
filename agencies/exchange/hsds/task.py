"""What reading one HSDS service needs besides the service."""

from __future__ import annotations

from dataclasses import dataclass

from agencies.exchange import messages as says
from agencies.exchange.hsds.source import Source
from agencies.exchange.mapping import HsdsRules
from agencies.exchange.messages import Notes, quoted
from agencies.exchange.parsed import Context, Parsed
from core.actors import Tier


@dataclass(frozen=True, slots=True)
class Task:
    """The record that is made, the mapping's rules, and the registry around it."""

    parsed: Parsed
    rules: HsdsRules
    context: Context

    @property
    def notes(self) -> Notes:
        """Where what is wrong is noted."""
        return self.parsed.notes

    @property
    def tier(self) -> Tier:
        """The tier that the mapping gives to new places; HSDS has none."""
        return Tier.named(self.rules.tier)

    def word(self, source: Source, name: str, words: tuple[str, ...], default: str) -> str:
        """A property that must be one of some words."""
        found = source.text(name) or default
        if found in words:
            return found
        listed = ", ".join(words)
        self.notes.refuse(source.where(name), says.UNKNOWN_WORD, value=quoted(found), words=listed)
        return default

    def name(self, source: Source) -> str:
        """The name of an object, which may not be missing."""
        found = source.text("name")
        if not found:
            self.notes.refuse(source.where("name"), says.MISSING)
        return found or ""
