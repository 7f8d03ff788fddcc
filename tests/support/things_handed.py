"""Referrals of an agency in every stage that an address can speak of, and what hangs on them."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import select

from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from agencies.models import Offer
from core.actors import Actor
from core.clock import now
from core.db import db, write, writing
from referral.commands.asking.asking_others import Choice, ask_others
from referral.commands.asking.batches import add_people, begin_batch
from referral.commands.asking.drafts import Wanted, draft
from referral.commands.asking.handing_out import look_ahead, send_draft
from referral.commands.case.cases import open_case
from referral.commands.consent.consents import Given, record_consent
from referral.commands.consent.exclusions import exclude_agency
from referral.commands.consent.glass import break_glass
from referral.commands.moves.answering import Promise, accept
from referral.commands.moves.sending import send
from referral.commands.notices.links import link_for
from referral.commands.record.attachments import Limits, attach
from referral.models import AttachmentKind, Channel, ChannelKind, Exclusion, FollowUp, Referral
from referral.queries.referrals import any_referral_by_code
from referral.rules.batches import traveller
from tests.factories import make_offer
from tests.support.people import make_account


def make_handed(clerk: Actor, ours: Offer, case_code: str) -> dict[str, object]:
    """One of everything; by the name of the argument that speaks of it."""
    found = _sent_and_got(ours)
    found |= _of_a_draft(clerk, case_code)
    found |= _of_an_accepted(ours, clerk)
    found |= _link_to(str(found["ruj"]), ours.service.agency_id)
    found |= _asked_and_grouped(clerk, ours.service.agency_id, case_code)
    return found | _released(clerk, ours, case_code)


def _asked_and_grouped(clerk: Actor, agency_id: uuid.UUID, case_code: str) -> dict[str, object]:
    """A referral of ours behind which another agency stands, and a group that travels together."""
    first, second, third = make_offer(), make_offer(), make_offer()
    wanted = Wanted(needs=("S1",), facts={"sex": "female"}, offer_id=first.id)
    ruj = write(draft, clerk, case_code=case_code, wanted=wanted)
    given = [Given(receiver_agency_id=one.service.agency_id) for one in (first, second, third)]
    consent_id = write(record_consent, clerk, case_code=case_code, given=given[0])
    write(send, clerk, code=ruj, consent_id=consent_id)
    choices = [Choice(second.id, given[1]), Choice(third.id, given[2])]
    write(ask_others, clerk, code=ruj, choices=choices)
    expected = now() + timedelta(hours=6)
    batch = write(begin_batch, clerk, agency_id=agency_id, name="QZ 7681", expected_at=expected)
    one = traveller({"name": "Contoh", "sex": "P", "age": "24"})
    (draft_ruj,) = write(add_people, clerk, code=batch, people=[one], needs=["S1"]).done
    behind = select(Referral.code).where(Referral.offer_id.in_([second.id, third.id]))
    codes = list(db.session.scalars(behind.order_by(Referral.position)))
    db.session.rollback()
    found: dict[str, object] = {"asking_ruj": ruj, "asking_last_ruj": codes[-1]}
    return found | {"batch_code": batch, "traveller_ruj": draft_ruj}


def _sent_and_got(ours: Offer) -> dict[str, object]:
    """A referral that a third agency sent to ours, and one that ours sent there."""
    third = make_offer(beds=(3, 1))
    found: dict[str, object] = {}
    for name, asking, asked in (("ruj", third, ours), ("ruj_sent", ours, third)):
        agency_id = asking.service.agency_id
        actor = actor_of(make_account(Role.MANAGER, agency_id=agency_id), strong=True)
        case = write(open_case, actor, agency_id=agency_id, person={"name": "Contoh"})
        wanted = Wanted(needs=("S1",), facts={"sex": "female"}, offer_id=asked.id)
        code = write(draft, actor, case_code=case, wanted=wanted)
        given = Given(receiver_agency_id=asked.service.agency_id, fields=())
        consent_id = write(record_consent, actor, case_code=case, given=given)
        write(send, actor, code=code, consent_id=consent_id)
        found[name] = code
    found["follow_up_id"] = _follow_up(str(found["ruj_sent"]))
    return found


def _of_an_accepted(ours: Offer, clerk: Actor) -> dict[str, object]:
    """A referral to us that we accepted, and a released paper of it."""
    elsewhere = make_offer().service.agency_id
    sender = actor_of(make_account(Role.WORKER, agency_id=elsewhere), strong=True)
    case_code = write(open_case, sender, agency_id=elsewhere, person={"name": "Contoh"})
    wanted = Wanted(needs=("S1",), facts={"sex": "female"}, offer_id=ours.id)
    ruj = write(draft, sender, case_code=case_code, wanted=wanted)
    paper_id = write(
        attach, sender, code=ruj, kind=AttachmentKind.LETTER, name="x.pdf",
        content=b"%PDF-1.7 %%EOF", limits=Limits(9, 9), is_released=True,
    )  # fmt: skip
    given = Given(receiver_agency_id=ours.service.agency_id)
    ahead = write(look_ahead, sender, code=ruj, given=given)
    write(send_draft, sender, code=ruj, given=given, mark=ahead.mark)
    write(accept, clerk, code=ruj, promise=Promise(person="Rini", pool_id=ours.pools[0].id))
    return {"opened_ruj": ruj, "opened_paper_id": paper_id}


def _of_a_draft(actor: Actor, case_code: str) -> dict[str, object]:
    """A draft of ours to another agency, and a paper of it."""
    wanted = Wanted(needs=("S1",), facts={"sex": "female"}, offer_id=make_offer().id)
    ruj = write(draft, actor, case_code=case_code, wanted=wanted)
    paper_id = write(
        attach, actor, code=ruj, kind=AttachmentKind.LETTER, name="x.pdf",
        content=b"%PDF-1.7 %%EOF", limits=Limits(9, 9),
    )  # fmt: skip
    return {"draft_ruj": ruj, "attachment_id": paper_id}


def _link_to(ruj: str, agency_id: uuid.UUID) -> dict[str, object]:
    """A proved channel of our agency, and the link that went there."""
    with writing():
        channel = Channel(
            agency_id=agency_id, kind=ChannelKind.EMAIL, address="jaga@example.org", language="id",
            timezone="Asia/Jakarta", made_at=now(), proved_at=now(),
        )  # fmt: skip
        db.session.add(channel)
        db.session.flush()
        referral = any_referral_by_code(ruj)
        assert referral is not None
        return {"channel_id": channel.id, "answer_token": link_for(referral, channel)}


def _released(clerk: Actor, ours: Offer, code: str) -> dict[str, object]:
    """Of our case a consent and an exclusion; a referral of another agency to ours, its glass
    broken by one of us."""
    agency_id, third = ours.service.agency_id, make_offer()
    other_id, left_out = third.service.agency_id, make_offer().service.agency_id
    given = Given(receiver_agency_id=other_id)
    consent_id = write(record_consent, clerk, case_code=code, given=given)
    write(exclude_agency, clerk, case_code=code, agency_id=left_out, words="")
    sender = actor_of(make_account(Role.MANAGER, agency_id=other_id), strong=True)
    case = write(open_case, sender, agency_id=other_id, person={"name": "Contoh"})
    wanted = Wanted(needs=("S1",), facts={"sex": "female"}, offer_id=ours.id)
    ruj = write(draft, sender, case_code=case, wanted=wanted)
    given = Given(receiver_agency_id=agency_id)
    under = write(record_consent, sender, case_code=case, given=given)
    write(send, sender, code=ruj, consent_id=under)
    glass_id = write(break_glass, clerk, code=ruj, reason="She bleeds and cannot speak")
    exclusion_id = db.session.scalars(select(Exclusion.id)).one()
    return {"consent_id": consent_id, "exclusion_id": exclusion_id, "glass_id": glass_id}


def _follow_up(code: str) -> uuid.UUID:
    """Our agency is to ask after the person that it referred."""
    referral = db.session.scalars(select(Referral).where(Referral.code == code)).one()
    with writing():
        row = FollowUp(
            case_id=referral.case_id,
            referral_id=referral.id,
            agency_id=referral.sender_agency_id,
            step="24h",
            due_at=now(),
        )
        db.session.add(row)
        db.session.flush()
        return row.id
