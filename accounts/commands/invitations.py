"""Invitations: made, withdrawn, taken up once."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.commands.audit import record
from accounts.models import Account, Invitation, Membership
from accounts.queries.invitations import locked_invitation, may_give, may_withdraw
from accounts.queries.staff import account_by_email, members_of, where_in
from accounts.queries.who import hash_of
from accounts.rules.emails import as_address
from accounts.rules.invitations import GOOD_FOR, Where
from accounts.rules.rights import Role
from core.actors import Actor, ActorKind
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _
from core.mail import put_mail
from core.text import one_line

NO_ADDRESS = _("Write one e-mail address, such as ani@example.org")
NO_ROLE = _("Choose at least one role")
ALREADY = _("This person has these roles already")
NO_NAME = _("Say your name, in at most 100 letters")
NOT_OPEN = _("This invitation cannot be used any more")
SOMEBODY_ELSE = _("This invitation is for another e-mail address")
TAKEN = _("There is an account with this address now. Sign in and open the link again.")
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Welcome:
    """An invitation that was made: its path, shown once, and whether a mail carries it."""

    invitation_id: uuid.UUID
    path: str
    mailed: bool


def invite(
    actor: Actor,
    *,
    email: str,
    roles: Iterable[Role],
    agency_id: uuid.UUID | None = None,
    area: str | None = None,
    language: str | None = None,
) -> Welcome:
    """Command: a link that makes whoever holds it a member, once, within 7 days.

    An earlier open invitation of the same address to the same place ends. `HiddenError` for roles
    that are not the actor's to give; `RefusedError` for a wrong address, no role, or roles that
    this person holds already.
    """
    wanted = list(dict.fromkeys(roles))
    where = where_in(agency_id) if agency_id else Where(area=area)
    if where is None or not may_give(actor, wanted, where):
        raise HiddenError
    address = as_address(email)
    if address is None:
        raise refused("email", NO_ADDRESS)
    if not wanted:
        raise refused("roles", NO_ROLE)
    _refuse_what_is_held(address, wanted, where)
    _withdraw_open(actor, address, where)
    return _send(actor, address, wanted, where, language)


def _refuse_what_is_held(address: str, roles: list[Role], where: Where) -> None:
    account = account_by_email(address)
    if account and not _missing(account.id, roles, where.agency_id, where.area):
        raise refused("email", ALREADY)


def _missing(
    account_id: uuid.UUID, roles: Iterable[Role], agency_id: uuid.UUID | None, area: str | None
) -> list[Role]:
    held = {
        row.role
        for member in members_of(agency_id, account_id)
        for row in member.memberships
        if row.area == area or row.area is None
    }
    return [role for role in roles if role not in held]


def _withdraw_open(actor: Actor, address: str, where: Where) -> None:
    earlier = select(Invitation).where(
        Invitation.email == address,
        Invitation.agency_id == where.agency_id,
        Invitation.area == where.area,
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    for row in db.session.scalars(earlier.order_by(Invitation.id).with_for_update()):
        _withdraw(actor, row)


def _send(
    actor: Actor, address: str, roles: list[Role], where: Where, language: str | None
) -> Welcome:
    token = secrets.token_urlsafe(32)
    moment = now()
    row = Invitation(
        token_hash=hash_of(token),
        email=address,
        roles=[role.value for role in roles],
        agency_id=where.agency_id,
        area=where.area,
        invited_by=actor.id if actor.kind is ActorKind.MEMBER else None,
        created_at=moment,
        expires_at=moment + GOOD_FOR,
    )
    db.session.add(row)
    db.session.flush()
    path = f"/welcome/{token}"
    mailed = put_mail(to=address, path=path, language=language)
    record(
        actor,
        "invitation.made",
        agency_id=where.agency_id,
        subject=("invitation", row.id),
        roles=row.roles,
        area=where.area,
        mailed=mailed,
    )
    return Welcome(row.id, path, mailed)


def withdraw_invitation(actor: Actor, *, invitation_id: uuid.UUID) -> None:
    """Command: nobody comes in by this link any more. `HiddenError` for one that is not the
    actor's to withdraw, `RefusedError` for one that was taken up.
    """
    row = db.session.get(Invitation, invitation_id, with_for_update=True, populate_existing=True)
    if row is None or not may_withdraw(actor, row):
        raise HiddenError
    if row.used_at is not None:
        raise refused("invitation", NOT_OPEN)
    if row.withdrawn_at is None:
        _withdraw(actor, row)


def withdraw_invitations_by(
    actor: Actor, *, account_id: uuid.UUID, agency_id: uuid.UUID | None
) -> None:
    """Command: nobody comes in on the word of somebody who has left."""
    sent = select(Invitation).where(
        Invitation.invited_by == account_id,
        Invitation.agency_id == agency_id,
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    for row in db.session.scalars(sent.order_by(Invitation.id).with_for_update()):
        _withdraw(actor, row)


def _withdraw(actor: Actor, row: Invitation) -> None:
    row.withdrawn_at = now()
    record(
        actor,
        "invitation.withdrawn",
        agency_id=row.agency_id,
        subject=("invitation", row.id),
    )


def join_with_new_account(actor: Actor, *, token: str, name: str, password_hash: str) -> Account:
    """Command: take an invitation up as somebody who had no account, or begins anew after a reset.

    `RefusedError` for one that is not open, no name, or an address that has an account.
    """
    invitation = _take_up(token)
    given = one_line(name)
    if not 0 < len(given) <= LONGEST_NAME:
        raise refused("name", NO_NAME)
    account = account_by_email(invitation.email)
    if account is not None:
        if not begins_anew(invitation, account):
            raise refused("invitation", TAKEN)
        account.name, account.password_hash = given, password_hash
        record(actor, "password.set", subject=("account", account.id))
        _give_roles(actor, invitation, account)
        return account
    account = Account(
        email=invitation.email, name=given, password_hash=password_hash, created_at=now()
    )
    try:
        with db.session.begin_nested():
            db.session.add(account)
    except IntegrityError as at_once:  # by another invitation, this very moment
        raise refused("invitation", TAKEN) from at_once
    record(actor, "account.made", subject=("account", account.id))
    _give_roles(actor, invitation, account)
    return account


def begins_anew(invitation: Invitation, account: Account) -> bool:
    """Whether the operator reset this account and this is the link that they were given.

    Anybody else's invitation never sets the password of an account that is there: whoever sends
    one may read its link.
    """
    return account.password_hash is None and invitation.invited_by is None


def join_with_own_account(actor: Actor, *, token: str) -> None:
    """Command: add an invitation's roles to the account of whoever is signed in.

    `RefusedError` for one that is not open, or is for another address.
    """
    invitation = _take_up(token)
    account = db.session.get(Account, actor.id) if actor.id else None
    if account is None or account.email != invitation.email:
        raise refused("invitation", SOMEBODY_ELSE)
    _give_roles(actor, invitation, account)


def _take_up(token: str) -> Invitation:
    invitation = locked_invitation(token)
    if invitation is None:
        raise refused("invitation", NOT_OPEN)
    invitation.used_at = now()
    return invitation


def _give_roles(actor: Actor, invitation: Invitation, account: Account) -> None:
    roles = [Role(role) for role in invitation.roles]
    for role in _missing(account.id, roles, invitation.agency_id, invitation.area):
        db.session.add(
            Membership(
                account_id=account.id,
                role=role,
                agency_id=invitation.agency_id,
                area=invitation.area,
                began_at=now(),
            )
        )
    db.session.flush()
    record(
        actor,
        "invitation.accepted",
        agency_id=invitation.agency_id,
        subject=("account", account.id),
        invitation=str(invitation.id),
        roles=invitation.roles,
        area=invitation.area,
    )
