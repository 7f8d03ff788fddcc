"""Let the list of an agency's referrals out, and record who did."""

from __future__ import annotations

from accounts.commands.audit import record
from accounts.rules.rights import Right, holds_for
from core.actors import Actor, ActorKind
from core.errors import HiddenError
from referral.queries.exported import ExportedRow, ExportWanted, exported_rows


def export_referrals(actor: Actor, *, wanted: ExportWanted) -> list[ExportedRow]:
    """Command: the rows of one agency's own referrals; it is recorded that they went out.

    `HiddenError` for whoever may not see that agency's referrals; the operator may.
    """
    is_ours = holds_for(actor.grants, Right.SEE_REFERRALS, agency_id=wanted.agency_id)
    if not is_ours and actor.kind is not ActorKind.OPERATOR:
        raise HiddenError
    rows = exported_rows(wanted)
    record(
        actor,
        "referral.exported",
        agency_id=wanted.agency_id,
        subject=("agency", wanted.agency_id),
        side=wanted.side.value,
        rows=len(rows),
    )
    return rows
