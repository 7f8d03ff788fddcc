"""Sample accounts of a demo: one for each role, with a password that everybody knows."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from accounts.commands.audit import record
from accounts.models import Account, Membership
from accounts.rules.rights import AGENCY_ROLES, Role
from accounts.rules.samples import SAMPLE_DOMAIN
from core.actors import Actor
from core.clock import now
from core.db import db


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample account: the part of its address before the @, its name, and what it may do."""

    short: str
    name: str
    roles: tuple[Role, ...]
    agency_id: uuid.UUID | None = None
    area: str | None = None
    domain: str = SAMPLE_DOMAIN  # or one below it, of one agency

    @property
    def email(self) -> str:
        """Its address."""
        return f"{self.short}@{self.domain}"

    @property
    def in_agency(self) -> bool:
        """Whether its roles are held in an agency."""
        return any(role in AGENCY_ROLES for role in self.roles)


def add_samples(actor: Actor, *, samples: Sequence[Sample], password_hash: str) -> int:
    """Command: make those that are not there yet; returns how many. They count in a demo only."""
    return sum(_add(actor, sample, password_hash) for sample in samples)


def _add(actor: Actor, sample: Sample, password_hash: str) -> bool:
    if db.session.scalar(select(Account.id).where(Account.email == sample.email)):
        return False
    account = Account(
        email=sample.email, name=sample.name, password_hash=password_hash, created_at=now()
    )
    db.session.add(account)
    db.session.flush()
    for role in sample.roles:
        of = {"agency_id": sample.agency_id, "area": sample.area}
        db.session.add(Membership(account_id=account.id, role=role, began_at=now(), **of))
    record(actor, "account.made", subject=("account", account.id), sample=True)
    return True
