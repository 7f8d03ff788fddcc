"""Who is what in an agency or in the network, and who is invited."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, select

from accounts.models import Account, Invitation, Membership
from accounts.queries.registry import agency_known
from accounts.rules.invitations import Where
from accounts.rules.rights import Right, Role, holds_in
from core.actors import Actor, Grant
from core.clock import now
from core.db import db


@dataclass(slots=True)
class Member:
    """Somebody and the memberships that they hold there."""

    account_id: uuid.UUID
    name: str
    email: str
    memberships: list[Membership] = field(default_factory=list)

    @property
    def since(self) -> datetime:
        """When the oldest of them began."""
        return min(row.began_at for row in self.memberships)


def members_of(agency_id: uuid.UUID | None, account_id: uuid.UUID | None = None) -> list[Member]:
    """The members of an agency (None: those of the network) by name, or one of them."""
    statement = _present(agency_id).order_by(func.lower(Account.name), Account.id, Membership.id)
    if account_id is not None:
        statement = statement.where(Account.id == account_id)
    found: dict[uuid.UUID, Member] = {}
    for row, account in db.session.execute(statement):
        member = found.setdefault(account.id, Member(account.id, account.name, account.email))
        member.memberships.append(row)
    return list(found.values())


def _present(agency_id: uuid.UUID | None) -> Select[Membership, Account]:
    return (
        select(Membership, Account)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.agency_id == agency_id, Membership.ended_at.is_(None))
    )


def open_invitations(agency_id: uuid.UUID | None) -> list[Invitation]:
    """Invitations that nobody has taken up or withdrawn, the youngest first; expired ones too."""
    return list(
        db.session.scalars(
            select(Invitation)
            .where(
                Invitation.agency_id == agency_id,
                Invitation.used_at.is_(None),
                Invitation.withdrawn_at.is_(None),
            )
            .order_by(Invitation.created_at.desc(), Invitation.id)
        )
    )


def has_manager(agency_id: uuid.UUID) -> bool:
    """Whether anybody keeps the agency's entry."""
    managers = _present(agency_id).where(Membership.role == Role.MANAGER)
    return bool(db.session.scalar(managers.with_only_columns(func.count())))


def where_in(agency_id: uuid.UUID) -> Where | None:
    """An agency as the rules of invitations see it; None when there is none of that id."""
    known = agency_known(agency_id)
    return Where(agency_id, known.areas, has_manager(agency_id)) if known else None


def told_of(area: str | None) -> list[Account]:
    """Who is told that something waits in an area: its coordinators, else the administrators."""
    rows = db.session.execute(
        _present(None).where(
            Membership.role.in_((Role.COORDINATOR, Role.ADMINISTRATOR)),
            Account.closed_at.is_(None),
        )
    ).all()
    coordinators = [
        account
        for row, account in rows
        if row.role is Role.COORDINATOR
        and holds_in([Grant(row.role.value, None, row.area)], Right.APPROVE_AGENCY, area=area)
    ]
    found = coordinators or [a for row, a in rows if row.role is Role.ADMINISTRATOR]
    return list({account.id: account for account in found}.values())


def account_by_email(email: str) -> Account | None:
    """The account of an address in lower case."""
    return db.session.scalar(select(Account).where(Account.email == email))


def is_visible_invitation(actor: Actor, invitation: Invitation) -> bool:
    """Whether somebody who sees the network's staff sees this invitation of it."""
    return holds_in(actor.grants, Right.INVITE_COORDINATORS, area=invitation.area)


def within_reach(actor: Actor, members: Iterable[Member]) -> list[Member]:
    """Of the network's members, those whose area a coordinator coordinates too."""
    return [
        member
        for member in members
        if any(
            holds_in(actor.grants, Right.INVITE_COORDINATORS, area=row.area)
            for row in member.memberships
        )
    ]


def is_expired(invitation: Invitation) -> bool:
    """Whether its days are over."""
    return now() >= invitation.expires_at
