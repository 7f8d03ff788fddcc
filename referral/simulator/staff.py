"""The people who work in the simulated agencies: sample accounts, made where they are missing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from accounts.commands.samples import Sample, add_samples
from accounts.queries.proof import account_named
from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from accounts.rules.samples import SAMPLE_DOMAIN
from core.actors import OPERATOR, Actor
from core.db import write
from referral.queries.simulated import PlayedAgency

WORKER, CLERK, MANAGER = (
    "peksos",
    "piket",
    "pengelola",
)  # before the @; the domain is the agency's own
_ROLES = {WORKER: Role.WORKER, CLERK: Role.INTAKE, MANAGER: Role.MANAGER}
_NAMES = {
    WORKER: "Pekerja sosial contoh",
    CLERK: "Petugas piket contoh",
    MANAGER: "Pengelola contoh",
}


class Staff:
    """A social worker, a clerk and a manager of each agency, with their second factor shown."""

    def __init__(self, agencies: Sequence[PlayedAgency], password_hash: str) -> None:
        samples = [
            Sample(short, _NAMES[short], (role,), agency.id, domain=_domain(agency))
            for agency in agencies
            for short, role in _ROLES.items()
        ]
        write(add_samples, OPERATOR, samples=samples, password_hash=password_hash)
        self._emails = {(sample.agency_id, sample.short): sample.email for sample in samples}
        self._actors: dict[str, Actor] = {}

        watcher = account_named(f"koordinator@{SAMPLE_DOMAIN}")
        # Of the demo, where there is one: has seen the notices of a past that is over.
        self.watcher = actor_of(watcher, strong=True) if watcher is not None else None

    def worker(self, agency_id: uuid.UUID) -> Actor:
        """Who refers there."""
        return self._actor(agency_id, WORKER)

    def clerk(self, agency_id: uuid.UUID) -> Actor:
        """Who answers there, and says the beds."""
        return self._actor(agency_id, CLERK)

    def manager(self, agency_id: uuid.UUID) -> Actor:
        """Who agrees with others for it."""
        return self._actor(agency_id, MANAGER)

    def knows(self, agency_id: uuid.UUID) -> bool:
        """Whether it is an agency that is played."""
        return (agency_id, WORKER) in self._emails

    def _actor(self, agency_id: uuid.UUID, short: str) -> Actor:
        email = self._emails[agency_id, short]
        if email not in self._actors:
            account = account_named(email)
            assert account is not None, email
            self._actors[email] = actor_of(account, strong=True)
        return self._actors[email]


def _domain(agency: PlayedAgency) -> str:
    return f"{agency.key}.{SAMPLE_DOMAIN}".lower()
