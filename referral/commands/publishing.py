"""Freeze what is published of a closed period."""

from __future__ import annotations

from accounts.commands.audit import record
from core.actors import Actor, ActorKind
from core.clock import now
from core.db import db
from core.errors import HiddenError
from core.ids import new_id
from referral.models import Publication
from referral.queries.published import is_out
from referral.rules.periods import Period


class AlreadyOutError(Exception):
    """The period, or the year around it, is published: it is never published anew."""


def keep_publication(actor: Actor, *, period: Period, rules: int, packed: bytes) -> Publication:
    """Command of the worker and the operator: keep what was made of a closed period, once.

    `packed` is of `queries/publishing`. `HiddenError` for anybody else; `AlreadyOutError`.
    """
    if actor.kind not in (ActorKind.SYSTEM, ActorKind.OPERATOR):
        raise HiddenError
    if is_out(str(period)) or is_out(str(period.year)):
        raise AlreadyOutError(str(period))
    row = Publication(id=new_id(), period=str(period), made_at=now(), rules=rules, body=packed)
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "publication.made",
        agency_id=None,
        subject=("publication", row.id),
        period=row.period,
    )
    return row
