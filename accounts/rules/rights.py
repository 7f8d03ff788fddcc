"""What each role may do: the one place from which every right is derived.

A right is held in an agency, in an area, or everywhere, as its grant is. An agency's roles reach
its own agency only; a coordinator's reach the agencies of the district or of the whole network.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """What somebody is in an agency (domain.md §1, design.md §1). One person may be several."""

    WORKER = "worker"  # finds, plans, refers and follows up
    INTAKE = "intake"  # answers referrals and says how many beds are free
    MANAGER = "manager"  # keeps the entry true and invites staff
    COORDINATOR = "coordinator"  # of a district, or of the network when no area is named
    ADMINISTRATOR = "administrator"  # runs this Rujukan; sees no case


AGENCY_ROLES = (Role.WORKER, Role.INTAKE, Role.MANAGER)


class Right(StrEnum):
    """One thing that may be done."""

    SEE_NETWORK = "see network tier"
    SEE_SECRET = "see secret tier"  # noqa: S105 (no password): that it is there and its cell, never its address
    SAY_BEDS = "say beds"
    EDIT_ENTRY = "edit entry"
    REPORT_FACT = "report a wrong fact"
    SEE_CASES = "see cases"
    REFER = "refer"
    ANSWER = "answer referrals"
    SEE_REFERRALS = "see referrals"
    BREAK_GLASS = "break glass"
    REVIEW_GLASS = "review broken glass"
    WATCH = "watch late referrals"
    KEEP_ROSTER = "keep the roster"
    SEE_WHOLE = "see the network as a whole"  # its maps, measures and published counts
    KEEP_ROUTES = "keep routes"
    PROPOSE_ROUTES = "propose routes"
    KEEP_CHANNELS = "keep channels and letterheads"
    SEE_STAFF = "see staff"
    INVITE_STAFF = "invite staff"
    INVITE_COORDINATORS = "invite coordinators"
    MANAGE_KEYS = "manage API keys"
    OPEN_ADDRESS = "open a sealed address"
    SEE_AUDIT = "see audit"
    APPROVE_AGENCY = "approve an agency"
    RUN_SERVER = "run the server"


_STAFF = {Right.SEE_NETWORK, Right.SEE_SECRET, Right.REPORT_FACT}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.WORKER: frozenset(
        {*_STAFF, Right.SEE_CASES, Right.SEE_REFERRALS, Right.REFER, Right.BREAK_GLASS}
    ),
    Role.INTAKE: frozenset(
        {
            *_STAFF,
            Right.SEE_CASES,
            Right.SAY_BEDS,
            Right.SEE_REFERRALS,
            Right.ANSWER,
            Right.BREAK_GLASS,
        }
    ),
    Role.MANAGER: frozenset(
        {
            *_STAFF,
            Right.SEE_CASES,
            Right.SEE_REFERRALS,
            Right.REFER,
            Right.ANSWER,
            Right.BREAK_GLASS,
            Right.KEEP_ROSTER,
            Right.PROPOSE_ROUTES,
            Right.KEEP_CHANNELS,
            Right.SAY_BEDS,
            Right.EDIT_ENTRY,
            Right.SEE_STAFF,
            Right.INVITE_STAFF,
            Right.MANAGE_KEYS,
            Right.OPEN_ADDRESS,
            Right.SEE_AUDIT,
        }
    ),
    # No INVITE_STAFF: who works in an agency is its manager's word, not a neighbour's. The first
    # manager comes with APPROVE_AGENCY (rules/invitations.py).
    Role.COORDINATOR: frozenset(
        {
            *_STAFF,
            Right.SEE_STAFF,
            Right.INVITE_COORDINATORS,
            Right.APPROVE_AGENCY,
            Right.WATCH,
            Right.REVIEW_GLASS,
            Right.KEEP_ROSTER,
            Right.SEE_WHOLE,
            Right.KEEP_ROUTES,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            *_STAFF,
            Right.SEE_STAFF,
            Right.INVITE_STAFF,
            Right.INVITE_COORDINATORS,
            Right.APPROVE_AGENCY,
            Right.RUN_SERVER,
        }
    ),
}


class Scope(StrEnum):
    """What a program's key is for. A key reaches its own agency, and never a person's data."""

    FIND = "find"
    DIRECTORY = "directory"
    BEDS = "beds"
    REFERRALS = "referrals"


SCOPES: dict[Scope, frozenset[Right]] = {
    Scope.FIND: frozenset({Right.SEE_NETWORK}),
    Scope.DIRECTORY: frozenset({Right.SEE_NETWORK}),
    Scope.BEDS: frozenset({Right.SAY_BEDS}),
    # A program moves referrals; what identifies somebody opens for people with a second factor.
    Scope.REFERRALS: frozenset({Right.SEE_REFERRALS, Right.REFER, Right.ANSWER}),
}
LINK = "answer link"  # the grant of whoever answers without an account, for one referral
_OF_KEY = "key: "  # a key's grants are called after its scopes

_RIGHTS: dict[str, frozenset[Right]] = {
    **{role.value: rights for role, rights in RIGHTS.items()},
    **{f"{_OF_KEY}{scope.value}": rights for scope, rights in SCOPES.items()},
    LINK: frozenset({Right.ANSWER}),
}


def grant_name(scope: Scope) -> str:
    """What the grant of a key's scope is called, beside the roles of people."""
    return f"{_OF_KEY}{scope.value}"


def scopes_of(grants: Iterable[Held]) -> frozenset[str]:
    """The scopes of a key, by its grants; none for people."""
    return frozenset(
        grant.role.removeprefix(_OF_KEY) for grant in grants if grant.role.startswith(_OF_KEY)
    )


# Whoever holds one of these opens person data, so a second factor is required of them.
NEEDS_SECOND_FACTOR = frozenset(
    {
        Right.SEE_CASES,
        Right.SEE_REFERRALS,
        Right.BREAK_GLASS,
        Right.OPEN_ADDRESS,
        Right.SEE_AUDIT,
        # Who says who comes in could let themselves in.
        Right.APPROVE_AGENCY,
        Right.INVITE_STAFF,
        Right.INVITE_COORDINATORS,
        Right.RUN_SERVER,
    }
)


class Held(Protocol):
    """A grant, as the rules see it."""

    @property
    def role(self) -> str:
        """The role's value."""

    @property
    def agency_id(self) -> uuid.UUID | None:
        """The agency that it is held in."""

    @property
    def area(self) -> str | None:
        """The district that it is held for."""


def holds(grants: Iterable[Held], right: Right) -> bool:
    """Whether the right is held anywhere at all."""
    return any(right in _RIGHTS[grant.role] for grant in grants)


def holds_for(
    grants: Iterable[Held], right: Right, *, agency_id: uuid.UUID, areas: Iterable[str] = ()
) -> bool:
    """Whether the right is held for an agency, whose places lie in `areas` (district codes)."""
    areas = tuple(areas)
    return any(
        right in _RIGHTS[grant.role] and _reaches(grant, agency_id, areas) for grant in grants
    )


def holds_in(grants: Iterable[Held], right: Right, *, area: str | None) -> bool:
    """Whether the right is held in a whole area (a district's code; None: the whole network)."""
    return any(
        right in _RIGHTS[grant.role] and not _is_bound(grant) and _spans(grant.area, area)
        for grant in grants
    )


def _reaches(grant: Held, agency_id: uuid.UUID, areas: tuple[str, ...]) -> bool:
    if _is_bound(grant):
        return grant.agency_id == agency_id
    return grant.area is None or any(_spans(grant.area, area) for area in areas)


def _is_bound(grant: Held) -> bool:
    """Whether a grant reaches its own agency only."""
    return grant.role in AGENCY_ROLES or grant.role == LINK or grant.role.startswith(_OF_KEY)


def _spans(wide: str | None, area: str | None) -> bool:
    if wide is None:
        return True
    return area is not None and (area == wide or area.startswith(f"{wide}."))


def must_be_strong(grants: Iterable[Held]) -> bool:
    """Whether these grants open person data, so that a second factor is required."""
    return any(_RIGHTS[grant.role] & NEEDS_SECOND_FACTOR for grant in grants)
