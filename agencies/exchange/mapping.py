"""Mappings: how a facility list that knows nothing of us becomes rows of the own format.

A mapping is a small TOML file; docs/import.md describes it and docs/mappings/ has examples.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agencies.exchange import messages as says
from agencies.exchange.columns import BY_NAME
from agencies.exchange.facility_phones import PhoneRules, phone_rules
from agencies.exchange.files import wrong_file
from agencies.exchange.messages import Notes, quoted
from agencies.exchange.templates import Template
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import all_needs

SECTIONS = frozenset({"about", "constants", "columns", "translate", "rules", "phones", "hsds"})
REGEX = "~"
EMAIL = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+")


class _WrongMappingError(ValueError):
    """A mapping contradicts itself; the text says where."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Cells that are set where every condition holds. A condition is a text or a `~` regex."""

    when: tuple[tuple[str, str], ...]
    cells: tuple[tuple[str, Template], ...]

    def holds(self, source: Dictionary[str, str]) -> bool:
        """Whether the rule applies to a row."""
        return all(_fits(wanted, source.get(name, "")) for name, wanted in self.when)


def _fits(wanted: str, value: str) -> bool:
    if wanted.startswith(REGEX):
        return re.search(wanted[1:], value, re.IGNORECASE) is not None
    return wanted == value


@dataclass(frozen=True, slots=True)
class HsdsRules:
    """What an HSDS file does not say: need codes by taxonomy term, and cells for every record."""

    needs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    agency_type: str = "OTHER"
    tier: str = "public"


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping that was read and makes sense."""

    source_columns: frozenset[str] = frozenset()
    own_columns: frozenset[str] = frozenset()
    cells: tuple[tuple[str, Template], ...] = ()
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    phones: PhoneRules | None = None
    hsds: HsdsRules = field(default_factory=HsdsRules)

    def row(self, raw: Dictionary[str, str], notes: Notes) -> dict[str, str]:
        """A row of the source as cells of the own format."""
        source = {name: " ".join(raw.get(name, "").split()) for name in self.source_columns}
        for name, meanings in self.translations.items():
            if source[name] and source[name] not in meanings:
                notes.refuse(name, says.UNTRANSLATED, value=quoted(source[name]))
            source[name] = meanings.get(source[name], "")
        original = {name: " ".join(raw.get(name, "").split()) for name in self.source_columns}
        cells = dict(self.cells)
        for rule in self.rules:
            if rule.holds(original):
                cells.update(rule.cells)
        made = {name: template.fill(source) for name, template in cells.items()}
        if self.phones:
            for name in self.phones.columns & made.keys():
                made[name] = self.phones.spell(made[name], name, notes)
        if "agency_email" in made:
            made["agency_email"] = _first_email(made["agency_email"], notes)
        return made


def _first_email(text: str, notes: Notes) -> str:
    parts = [part for part in re.split(r"[;,\s]+", text) if part]
    if len(parts) < 2:
        return text
    notes.warn("agency_email", says.ONE_EMAIL)
    return next((part for part in parts if EMAIL.fullmatch(part)), parts[0])


def read_mapping(path: Path) -> Mapping:
    """The mapping of a file. `RefusedError` says what is wrong with it."""
    try:
        return _mapping(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise wrong_file(says.MAPPING_WRONG, reason=error.strerror or "?") from None
    except (ValueError, re.error) as error:
        raise wrong_file(says.MAPPING_WRONG, reason=quoted(error)) from None
    except (AttributeError, TypeError, RecursionError):
        raise wrong_file(says.MAPPING_WRONG, reason="a table holds what it should not") from None


def _mapping(given: dict[str, Any]) -> Mapping:
    _refuse_unknown(given, SECTIONS, "section")
    translations = {
        name.lower(): {str(k): str(v) for k, v in meanings.items()}
        for name, meanings in given.get("translate", {}).items()
    }
    cells = _templates({**given.get("constants", {}), **given.get("columns", {})})
    rules = tuple(_rule(rule) for rule in given.get("rules", []))
    phones = phone_rules(given["phones"]) if "phones" in given else None
    own = [*cells, *(name for rule in rules for name, _ in rule.cells)]
    templates = [*cells.values(), *(t for rule in rules for _, t in rule.cells)]
    conditions = {name for rule in rules for name, _ in rule.when}
    return Mapping(
        source_columns=frozenset(
            conditions.union(translations, *(template.names for template in templates))
        ),
        own_columns=frozenset(own),
        cells=tuple(cells.items()),
        translations=translations,
        rules=rules,
        phones=phones,
        hsds=_hsds(given.get("hsds", {})),
    )


def _refuse_unknown(given: dict[str, Any], known: frozenset[str], what: str) -> None:
    for name in given:
        if name not in known:
            raise _WrongMappingError(f"unknown {what} “{name}”")


def _templates(given: dict[str, Any]) -> dict[str, Template]:
    _refuse_unknown(given, frozenset(BY_NAME), "column")
    return {name: Template.parse(str(text)) for name, text in given.items()}


def _rule(given: dict[str, Any]) -> Rule:
    _refuse_unknown(given, frozenset({"when", "set"}), "part of a rule")
    when = tuple((name.lower(), str(wanted)) for name, wanted in given.get("when", {}).items())
    for _, wanted in when:
        if wanted.startswith(REGEX):
            re.compile(wanted[1:])
    return Rule(when, tuple(_templates(given.get("set", {})).items()))


def _hsds(given: dict[str, Any]) -> HsdsRules:
    _refuse_unknown(given, frozenset({"needs", "agency_type", "tier"}), "HSDS setting")
    needs = {str(term): tuple(str(codes).split()) for term, codes in given.get("needs", {}).items()}
    for codes in needs.values():
        for code in codes:
            if code not in all_needs():
                raise _WrongMappingError(f"unknown need “{code}”")
    rules = HsdsRules(needs, given.get("agency_type", "OTHER"), given.get("tier", "public"))
    if rules.agency_type not in AGENCY_TYPES or rules.tier not in ("public", "network", "secret"):
        raise _WrongMappingError("unknown agency_type or tier")
    return rules
