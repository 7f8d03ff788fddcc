"""People leave: what they held ends, and with it, at once, whatever they could still use."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import and_, or_, select

from accounts.commands.audit import record
from accounts.commands.invitations import withdraw_invitations_by
from accounts.commands.keys import end_keys_by
from accounts.commands.sessions import end_all_sessions
from accounts.models import Membership
from accounts.queries.staff import where_in
from accounts.queries.who import grants_of
from accounts.rules.invitations import Where, may_end
from accounts.rules.rights import Right, Role, holds, holds_for
from core.actors import Actor, ActorKind
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _

ONE_STAYS = (Role.MANAGER, Role.ADMINISTRATOR)
NOTHING_CHOSEN = _("Choose what ends")
LAST_MANAGER = _(
    "Nobody else manages this agency. Invite another manager first; when they have joined, this "
    "membership can end."
)
LAST_ADMINISTRATOR = _("Nobody else runs this Rujukan. Invite another administrator first.")


def end_memberships(actor: Actor, *, membership_ids: Collection[uuid.UUID]) -> None:
    """Command: these memberships end, and with them the sessions of whoever held them.

    Keys that they made for an agency whose keys they may no longer manage end too, and their
    invitations to where they may no longer invite. `HiddenError` for memberships that are not the
    actor's to end; `RefusedError` for none, and for the last manager or administrator.
    """
    if not membership_ids:
        raise refused("membership", NOTHING_CHOSEN)
    held = _locked(membership_ids)
    rows = [row for row in held if row.id in membership_ids]
    if len(rows) < len(set(membership_ids)) or not all(_may_end(actor, row) for row in rows):
        raise HiddenError
    _keep_one(actor, rows, held, Role.MANAGER, LAST_MANAGER)
    _keep_one(actor, rows, held, Role.ADMINISTRATOR, LAST_ADMINISTRATOR)
    for row in rows:
        _end(actor, row)
    db.session.flush()
    for account_id in sorted({row.account_id for row in rows}):
        end_all_sessions(actor, account_id=account_id)
        for agency_id in {row.agency_id for row in rows if row.account_id == account_id}:
            _close_behind(actor, account_id, agency_id)


def _locked(ids: Collection[uuid.UUID]) -> Sequence[Membership]:
    """These memberships and all of whom one must stay beside them, as they are now.

    Locked by one statement in the order of their ids. Were the own rows locked first and the others
    afterwards, two who leave at once would each hold what the other waits for: a deadlock, which
    ends one of them with an error and lets the last manager go.
    """
    # Where a membership is and what it is never changes, so this may be read before locking.
    places = db.session.execute(
        select(Membership.agency_id, Membership.role)
        .where(Membership.id.in_(ids), Membership.role.in_(ONE_STAYS))
        .distinct()
    ).all()
    beside = [
        and_(Membership.agency_id == agency_id, Membership.role == role)
        for agency_id, role in places
    ]
    return db.session.scalars(
        select(Membership)
        .where(or_(Membership.id.in_(ids), *beside), Membership.ended_at.is_(None))
        .order_by(Membership.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _may_end(actor: Actor, row: Membership) -> bool:
    if actor.kind is ActorKind.OPERATOR:
        return True
    if actor.kind is ActorKind.MEMBER and actor.id == row.account_id:
        return True
    where = where_in(row.agency_id) if row.agency_id else Where(area=row.area)
    return where is not None and may_end(actor.grants, row.role, where, strong=actor.strong)


def _keep_one(
    actor: Actor,
    rows: Sequence[Membership],
    held: Sequence[Membership],
    role: Role,
    message: str,
) -> None:
    """Refuse to end the last membership of a role somewhere.

    An administrator may take an agency's last manager away, and then invite another: somebody
    must be able to stop a manager who does harm.
    """
    if actor.kind is ActorKind.OPERATOR:
        return
    if role is Role.MANAGER and holds(actor.grants, Right.RUN_SERVER):
        return
    ending = {row.id for row in rows}
    staying = {row.agency_id for row in held if row.role is role and row.id not in ending}
    if any(row.role is role and row.agency_id not in staying for row in rows):
        raise refused("membership", message)


def _end(actor: Actor, row: Membership) -> None:
    row.ended_at = now()
    row.ended_by = actor.id
    record(
        actor,
        "membership.ended",
        agency_id=row.agency_id,
        subject=("account", row.account_id),
        role=row.role.value,
        area=row.area,
        own_wish=actor.id == row.account_id,
    )


def _close_behind(actor: Actor, account_id: uuid.UUID, agency_id: uuid.UUID | None) -> None:
    grants = grants_of(account_id)
    if agency_id is None:
        if not holds(grants, Right.INVITE_COORDINATORS):
            withdraw_invitations_by(actor, account_id=account_id, agency_id=None)
        return
    if not holds_for(grants, Right.MANAGE_KEYS, agency_id=agency_id):
        end_keys_by(actor, account_id=account_id, agency_id=agency_id)
    if not holds_for(grants, Right.INVITE_STAFF, agency_id=agency_id):
        withdraw_invitations_by(actor, account_id=account_id, agency_id=agency_id)
