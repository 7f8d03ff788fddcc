"""Read a referral: each side what it needs now, and no more; and it is recorded who did.

Before acceptance the receiver sees what decides and nothing that identifies; from acceptance on
field by field as the consent releases it, with a second factor; after decline or expiry what was
before (design.md §6, staged disclosure). Once the consent is withdrawn or has ended the receiver
sees nothing of the person any more. What its kind of agency never sees, it never sees
(`rules/consent.py`), and what identifies is covered in the texts that it reads before acceptance.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from accounts.commands.audit import record
from accounts.rules.rights import Right, holds_for
from accounts.walls import HANDING
from agencies.models import Agency
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError
from core.keystore import ErasedKeyError
from core.walls import cross
from referral.commands.case.sealing import open_facts, person_of
from referral.models import CaseFile, HandOver, Kind, Referral
from referral.queries.glass import is_open_for
from referral.queries.referrals import (
    any_referral_by_code,
    live_consent,
    may_see,
    sides_of,
)
from referral.rules.consent import DEFAULTS, OF_CASE, SHARED, Stage, visible
from referral.rules.facts import FACTS, GOES_WITH, Facts, age_before_acceptance
from referral.rules.masking import covered, names_in
from referral.rules.moves import Party
from referral.rules.states import State
from referral.rules.time_critical import read_time_fact


@dataclass(frozen=True, slots=True)
class Seen:
    """A referral as one side sees it. `stage` None: one's own, all of it.

    `fields` are in the order of `rules/consent.py`; `is_erased`: the person was erased;
    `is_sealed`: there is no live basis any more; `by_glass`: open before acceptance, for an hour.
    """

    referral: Referral
    stage: Stage | None
    fields: Facts
    is_erased: bool = False
    is_sealed: bool = False
    by_glass: bool = False


def read_referral(actor: Actor, *, code: str) -> Seen:
    """Command: what the actor may see of a referral now. `HiddenError` for what they may not."""
    referral = any_referral_by_code(code)
    if referral is None or not may_see(actor, referral):
        raise HiddenError
    stage = stage_for(actor, referral)
    seen = seen_at(referral, stage)
    if stage is Stage.AFTER and not referral.identity_open:
        seen = replace(seen, by_glass=True)
    record(
        actor,
        "referral.read",
        agency_id=side_of_reader(actor, referral),
        subject=("case", referral.case_id),
        stage=stage.value if stage else "own",
        **{"glass": True} if seen.by_glass else {},
        fields=sorted(seen.fields),
    )
    return seen


def side_of_reader(actor: Actor, referral: Referral) -> uuid.UUID | None:
    """In whose audit it stands that they read: the sender's own people in the sender's."""
    sender = referral.sender_agency_id
    own = holds_for(actor.grants, Right.SEE_REFERRALS, agency_id=sender)
    return sender if own else referral.receiver_agency_id


def stage_for(actor: Actor, referral: Referral) -> Stage | None:
    """How far the actor's side sees now; None: it is theirs and they may see all."""
    if Party.SENDER in sides_of(actor, referral) and actor.strong:
        # After a transfer its former keeper has a trace, and nothing of the person.
        return Stage.BEFORE if _is_passed_on(actor, referral) else None
    moment = now()
    if not actor.strong or live_consent(referral, moment) is None:
        return Stage.BEFORE
    opened = referral.identity_open or is_open_for(actor, referral, moment)
    return Stage.AFTER if opened else Stage.BEFORE


def _is_passed_on(actor: Actor, referral: Referral) -> bool:
    if referral.kind is not Kind.TRANSFER or Party.RECEIVER in sides_of(actor, referral):
        return False
    row = db.session.get(HandOver, referral.id)
    return row is not None and row.case_moved_at is not None


def seen_at(
    referral: Referral, stage: Stage | None, *, released: frozenset[str] | None = None
) -> Seen:
    """What a receiver would see at a stage under the referral's consent: also for the preview.

    `released`: under a consent that is about to be recorded, which releases these fields.
    """
    under = released_by(referral) if released is None else released
    if stage is not None and is_sealed(referral):
        return Seen(referral, stage, {}, is_sealed=True)
    try:
        everything = _everything(referral)
    except ErasedKeyError:
        return Seen(referral, stage, {}, is_erased=True)
    if stage is None:
        return Seen(referral, stage, everything)
    return Seen(referral, stage, shown(everything, stage, under, _kind_of_receiver(referral)))


def is_sealed(referral: Referral) -> bool:
    """Whether the basis of what was sent is over, so that the receiver sees nothing of it."""
    return referral.state is not State.DRAFT and live_consent(referral, now()) is None


def released_by(referral: Referral) -> frozenset[str]:
    """The fields that the referral's consent releases; of a draft without one the defaults."""
    consent = live_consent(referral, now())
    if consent is not None:
        return frozenset(consent.fields)
    return DEFAULTS if referral.state is State.DRAFT else frozenset()


def shown(
    everything: Facts, stage: Stage, released: frozenset[str], agency_type: str | None
) -> Facts:
    """Those of all fields that a receiver sees at a stage.

    Until accepted the age is a band, and what identifies is covered in the texts.
    """
    names = visible(stage, released, agency_type)
    found = {name: everything[name] for name in names if name in everything}
    for name, leader in GOES_WITH.items():
        if leader in names and name in everything:
            found[name] = everything[name]
    if stage is Stage.AFTER:
        return found
    if "age" in found:
        found["age"] = age_before_acceptance(everything)
    hidden = _names(everything)
    return {
        name: covered(value, hidden) if _is_text(name, value) else value
        for name, value in found.items()
    }


def _is_text(name: str, value: Any) -> bool:
    """Whether somebody wrote it as they liked; a time fact is spelt by the platform."""
    spelt = name == "time_critical" and read_time_fact(str(value)) is not None
    return FACTS.get(name) is not None and not spelt


def names_to_cover(referral: Referral) -> tuple[str, ...]:
    """What `rules.masking.covered` is to look for in words about this person; empty if erased."""
    try:
        return _names(_everything(referral))
    except ErasedKeyError:
        return ()


def _names(everything: Facts) -> tuple[str, ...]:
    return names_in(everything.get("name"), everything.get("alias"), everything.get("address"))


def _everything(referral: Referral) -> Facts:
    where = f"referral/{referral.id}/facts"
    facts: dict[str, Any] = open_facts(referral.case_id, where, referral.facts_sealed)
    # Also before acceptance: what identifies must be known to be covered. `shown` lets none out.
    with cross(HANDING):
        case = db.session.get(CaseFile, referral.case_id)
    known = person_of(case) if case is not None else {}
    facts |= {name: text for name, text in known.items() if name in OF_CASE}
    order = [field.name for field in SHARED]
    return {name: facts[name] for name in [*order, *GOES_WITH] if name in facts}


def _kind_of_receiver(referral: Referral) -> str | None:
    if referral.receiver_agency_id is None:
        return None
    return db.session.scalar(select(Agency.type).where(Agency.id == referral.receiver_agency_id))
