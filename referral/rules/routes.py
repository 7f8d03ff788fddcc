"""The declared routes of the pathway (domain.md §1.7): which type of agency refers to which.

A route is a permitted, known way from one type of agency to another for one need: on what ground it
is taken to exist, what it needs first, within what time, and how sure that time is. The list is
`referral/data/routes.csv`: one line for each row of the pathway and each set of needs that has the
same prerequisites, so that what waits for a paper holds up nothing else (the care after an assault
never waits for the letter that the forensic report needs). Lines with the ground `W` are hops that
a worked example (domain.md §6) walks and the pathway lacks: they claim no source.
"""

from __future__ import annotations

import csv
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data" / "routes.csv"


class Ground(StrEnum):
    """Why a way is taken to exist."""

    LAW = "law"
    SOP = "sop"  # a published standard or an official description of a service
    MOU = "mou"  # two agencies agreed on it
    PRACTICE = "practice"  # a real case shows it
    PROPOSAL = "proposal"  # of this platform: no source
    WALKED = "walked"  # a worked example needs it: no source


LETTERS: dict[str, Ground] = {
    "L": Ground.LAW,
    "S": Ground.SOP,
    "N": Ground.PRACTICE,
    "P": Ground.PROPOSAL,
    "W": Ground.WALKED,
}


class Prerequisite(StrEnum):
    """What must be there before a way can be gone (domain.md §1.1, §1.4, §5)."""

    VISUM_LETTER = "visum_letter"  # SPV: only the police ask for the forensic report
    WRITTEN_REQUEST = "written_request"  # police, prosecutor or court ask for a social worker
    REFERRAL_LETTER = "referral_letter"
    SOCIAL_REPORT = "social_report"
    MEDICAL_CLEARANCE = "medical_clearance"
    TEMPORARY_PROTECTION = "temporary_protection"  # UU 12/2022 art. 42 and 43
    IDENTIFIED_VICTIM = "identified_victim"  # of trafficking
    APPLICATION = "application"  # of the person, at LPSK
    POVERTY_LETTER = "poverty_letter"  # SKTM
    TRANSFER_LETTER = "transfer_letter"  # surat pelimpahan
    OWN_CONSENT = "own_consent"  # a yes of the person to just this
    SEPARATE_RELEASE = "separate_release"  # of health results, to this service alone
    BEST_INTEREST = "best_interest"  # somebody named decided so for the child
    SAFETY_CHECK = "safety_check"  # before a return: safe there, and nothing left open here
    OWN_CHOICE = "own_choice"  # informal supports: the person chooses whom
    MOU = "mou"  # an agreement between the two


class When(StrEnum):
    """From or until what a limit runs, where it is no span from the referral alone."""

    ON_REQUEST = "on_request"
    BEFORE_RETURN = "before_return"
    BEFORE_FLIGHT = "before_flight"  # at least so long before
    BEFORE_INDICTMENT = "before_indictment"
    NEXT_HEARING = "next_hearing"
    STAY_ENDS = "stay_ends"  # before a short stay is over: day 7 or 14
    AFTER_PROTECTION = "after_protection"  # from the police's temporary protection
    AFTER_ASSAULT = "after_assault"


class Standing(StrEnum):
    """How sure a limit is."""

    VERIFIED = "verified"  # in a statute or a medical guideline
    LOCAL = "local"  # in the published standard of one place
    PROPOSED = "proposed"  # nobody has verified it: never to be shown as law


@dataclass(frozen=True, slots=True)
class Limit:
    """Within what time. `minutes` by the wall clock, or `working_days`; `emergency_minutes` in an
    emergency; `start_minutes` until the service begins; `when` the span runs from or up to. `said`
    is how the source says it, in English.
    """

    minutes: int | None = None
    working_days: int | None = None
    emergency_minutes: int | None = None
    start_minutes: int | None = None
    when: When | None = None
    standing: Standing = Standing.PROPOSED
    said: str = ""

    @property
    def is_verified(self) -> bool:
        """Whether it may be shown as a rule that holds."""
        return self.standing is Standing.VERIFIED


NO_LIMIT = Limit()


@dataclass(frozen=True, slots=True)
class DeclaredRoute:
    """A way from a type of agency to a type, for one need (None: whatever the need)."""

    from_type: str
    to_type: str
    need: str | None
    basis: tuple[Ground, ...]
    prerequisites: tuple[Prerequisite, ...] = ()
    limit: Limit = NO_LIMIT
    pathway: str = ""  # the row of domain.md §1.7, in its words; empty: none

    @property
    def key(self) -> str:
        """Its name in files and the database: there is one route of each."""
        return f"{self.from_type}>{self.to_type}/{self.need or '*'}"


@dataclass(frozen=True, slots=True)
class LiveRoute:
    """A way that holds at a moment: declared between types, or agreed (`agreement_id`).

    Of an agreement both types are said too; `to_agency` is None where it is with all of a type.
    `need` None: whatever the need.
    """

    from_type: str
    to_type: str
    need: str | None
    basis: tuple[Ground, ...]
    prerequisites: tuple[Prerequisite, ...] = ()
    limit: Limit = NO_LIMIT
    from_agency: uuid.UUID | None = None
    to_agency: uuid.UUID | None = None
    agreement_id: uuid.UUID | None = None
    valid_until: date | None = None  # its last day
    pathway: str = ""


@lru_cache(maxsize=1)
def declared_routes() -> tuple[DeclaredRoute, ...]:
    """The routes of the project's own list, in its order."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(route for row in csv.DictReader(file) for route in read_row(row))


def read_row(row: dict[str, str]) -> Iterator[DeclaredRoute]:
    """The routes of a line of such a list, one for each need.

    Raises `KeyError` for a column that is missing, `ValueError` for a word that is no code.
    """
    limit = read_limit(row["limit"], row["standing"], row["said"])
    needs: list[str | None] = [*row["needs"].split()] or [None]
    for need in needs:
        yield DeclaredRoute(
            from_type=row["from"],
            to_type=row["to"],
            need=need,
            basis=read_basis(row["basis"]),
            prerequisites=tuple(Prerequisite(word) for word in row["first"].split()),
            limit=limit,
            pathway=row["pathway"],
        )


def read_basis(letters: str) -> tuple[Ground, ...]:
    """The grounds of letters such as `L+P`. `ValueError` for another letter, or none."""
    try:
        return tuple(LETTERS[letter.strip()] for letter in letters.split("+"))
    except KeyError as wrong:
        raise ValueError(f"no ground: {letters}") from wrong


_SPAN = re.compile(r"(\d{1,5})(m|h|d)")
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}


def read_limit(words: str, standing: str = "proposed", said: str = "") -> Limit:
    """A limit as the list spells it: `6h emergency=1h`, `3wd`, `24h event=before_flight`.

    `ValueError` for what is none.
    """
    found: dict[str, int | None] = {}
    when = None
    for word in words.split():
        name, _, value = word.rpartition("=")
        if name == "event":
            when = When(value)
        elif not name and value.endswith("wd"):
            found["working_days"] = int(value[:-2])
        else:
            found[_FIELDS[name]] = _minutes(value)
    return Limit(**found, when=when, standing=Standing(standing), said=said)


_FIELDS = {"": "minutes", "emergency": "emergency_minutes", "start": "start_minutes"}


def _minutes(span: str) -> int:
    found = _SPAN.fullmatch(span)
    if not found:
        raise ValueError(f"no span of time: {span}")
    return int(found[1]) * _MINUTES[found[2]]


def spell_basis(basis: tuple[Ground, ...]) -> str:
    """The letters of grounds that have one, as `read_basis` reads them."""
    letters = {ground: letter for letter, ground in LETTERS.items()}
    return "+".join(letters.get(ground, ground.value) for ground in basis)


def spell_limit(limit: Limit) -> str:
    """A limit as `read_limit` reads it."""
    words = []
    if limit.minutes is not None:
        words.append(spell_minutes(limit.minutes))
    if limit.working_days is not None:
        words.append(f"{limit.working_days}wd")
    if limit.emergency_minutes is not None:
        words.append(f"emergency={spell_minutes(limit.emergency_minutes)}")
    if limit.start_minutes is not None:
        words.append(f"start={spell_minutes(limit.start_minutes)}")
    if limit.when is not None:
        words.append(f"event={limit.when.value}")
    return " ".join(words)


def spell_minutes(minutes: int) -> str:
    """A span in the largest unit that says it whole: `3d`, `6h`, `15m`."""
    for unit in ("d", "h"):
        if minutes and minutes % _MINUTES[unit] == 0:
            return f"{minutes // _MINUTES[unit]}{unit}"
    return f"{minutes}m"


def columns_of(route: DeclaredRoute, position: int) -> dict[str, Any]:
    """A route as the columns of the table that keeps it, its place in the list among them."""
    limit = route.limit
    return {
        "key": route.key,
        "from_type": route.from_type,
        "to_type": route.to_type,
        "need": route.need,
        "basis": [ground.value for ground in route.basis],
        "prerequisites": [one.value for one in route.prerequisites],
        "limit_minutes": limit.minutes,
        "limit_working_days": limit.working_days,
        "limit_emergency_minutes": limit.emergency_minutes,
        "limit_start_minutes": limit.start_minutes,
        "limit_when": limit.when.value if limit.when else None,
        "limit_standing": limit.standing.value,
        "limit_said": limit.said,
        "pathway": route.pathway,
        "position": position,
    }
