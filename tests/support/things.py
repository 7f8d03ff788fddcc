"""One of everything that an agency has: something to speak of for every address and form."""

from __future__ import annotations

import uuid
from datetime import time, timedelta
from typing import Any

from accounts.models import Account, ApiKey, Invitation, Passkey, SavedView, SignedIn
from accounts.queries.who import actor_of, hash_of
from accounts.rules.rights import Role
from agencies.commands.secret.places import Exact, Wanted, say_place
from agencies.models import AgencyApplication, MeetingPoint, Offer
from agencies.models.entry import Cause, EntryChange, FactReport
from agencies.queries.applications import status_token
from agencies.rules.applications import ApplicationState
from agencies.rules.entries import Kind, ReportKind
from core.actors import Tier
from core.clock import now
from core.db import db, write, writing
from referral.commands.case.cases import open_case
from referral.models import DutyShift, Hold, Holding, ShiftHandOver
from tests.factories import make_offer
from tests.support.people import make_account
from tests.support.programs import program_bodies
from tests.support.things_handed import make_handed
from tests.support.ways import make_ways

Things = tuple[dict[str, object], dict[str, dict[str, Any]]]
AREA = "31.75.10"  # the district of our agency


def make_things(ours: Offer) -> Things:
    """What stands in addresses, by the argument's name; what is sent to forms, by endpoint."""
    agency_id = ours.service.agency_id
    offer_id, pool_id = ours.id, ours.pools[0].id
    clerk = make_account(Role.MANAGER, agency_id=agency_id, name="Cici")
    code = write(
        open_case,
        actor_of(clerk, strong=True),
        agency_id=agency_id,
        person={"name": "Contoh"},
    )
    later = now() + timedelta(days=3)
    token = "an invitation's token"
    application = _application()
    without_manager = make_offer(location={"area_code": AREA}).service.agency_id
    approved = _application(state=ApplicationState.APPROVED, agency_id=without_manager)
    rows: dict[str, Any] = {
        "application_id": application,
        "approved_id": approved,
        "point_id": MeetingPoint(agency_id=agency_id, name="Stasiun", latitude=-6.2, longitude=107),
        "invitation_id": Invitation(
            token_hash=hash_of(token), email="eka@example.org", roles=["worker"],
            agency_id=agency_id, invited_by=clerk.id, created_at=now(), expires_at=later,
        ),
        "network_invitation_id": Invitation(
            token_hash="n", email="tari@example.org", roles=["coordinator"], area=AREA,
            invited_by=None, created_at=now(), expires_at=later,
        ),
        "unmanaged_invitation_id": Invitation(
            token_hash="u", email="umi@example.org", roles=["manager"],
            agency_id=without_manager, invited_by=None, created_at=now(), expires_at=later,
        ),
        "key_id": ApiKey(
            agency_id=agency_id, name="Program", start="rjk_x", secret_hash="x", scopes=["find"],
            created_by=clerk.id, created_at=now(), expires_at=later,
        ),
        "session_id": SignedIn(
            account_id=clerk.id, token_hash="x", began_at=now(), seen_at=now()
        ),
        "passkey_id": Passkey(
            account_id=clerk.id, credential_id=b"x", public_key=b"x", sign_count=0, name="Ponsel",
            created_at=now(),
        ),
        "view": SavedView(
            account_id=clerk.id, name="Celah", page="gaps.index", query="need=S1", made_at=now(),
        ),
        # Somebody was just taken in at our door.
        "hold_id": Hold(
            agency_id=agency_id, pool_id=pool_id, places=1, state=Holding.TAKEN, made_at=now(),
        ),
        "duty_shift": DutyShift(
            agency_id=agency_id, name="Piket", phone="021-5550123", weekdays="1234567",
            begins=time(8), ends=time(16), timezone="Asia/Jakarta",
        ),
        "shift_hand_over": ShiftHandOver(agency_id=agency_id, at=now(), codes=[]),
        "report": FactReport(agency_id=agency_id, offer_id=offer_id, kind=ReportKind.PHONE),
        "change": EntryChange(
            agency_id=agency_id, subject_kind=Kind.OFFER, subject_id=offer_id, subject_name="x",
            cause=Cause.EDIT, actor_kind="member", before={"access_notes": None},
            after={"access_notes": "x"}, checks_before={},
        ),
    }  # fmt: skip
    with writing():
        db.session.add_all(rows.values())
        db.session.flush()
        ids: dict[str, object] = {name: row.id for name, row in rows.items()}
        ids |= {"code": code, "token": token, "status_token": status_token(application.id)}
    ids |= {"unmanaged_id": without_manager, "secret_place_id": _secret_place(clerk, agency_id)}
    ids |= make_handed(actor_of(clerk, strong=True), ours, code)
    ids |= make_ways(agency_id)
    return ids, {
        "staff.send": {"email": "baru@example.org", "roles": "worker"},
        "entry.say_it": {"pool": str(pool_id), "free": "1"},
        "entry.confirm": {"kind": "offer", "id": str(offer_id), "fact": "hours"},
        "entry.settle": {"report": str(ids["report"])},
        "entry.undo": {"change": str(ids["change"])},
        "referrals.answer": {"move": "acknowledge"},
        "referrals.change": {"move": "cancel", "reason": "need_gone"},
        "referrals.tell_phone": {"move": "acknowledge", "by_phone_from": "Budi"},
        "channels.add": {"kind": "email", "address": "baru@example.org"},
        "referrals.note": {"words": "Apakah bisa datang malam ini?"},
        "duty.add": {
            "roster": str(agency_id), "name": "Piket", "phone": "021-5550123", "weekdays": "7",
            "begins": "22:00", "ends": "06:00",
        },
        "duty.end": {"shift": str(ids["duty_shift"])},
        "duty.give": {"roster": str(agency_id)},
        "duty.take": {"hand_over": str(ids["shift_hand_over"])},
        "late.called": {"code": str(ids["ruj"]), "reached": "yes"},
        "late.ask_next": {"code": str(ids["ruj"])},
        "follow_ups.done": {"found": "safe"},
        "agreements.confirm": {"side": "to"},
        "agreements.change": {"title": "MoU", "basis": "mou", "valid_from": "2026-01-01"},
        "routes.switch": {"off": "1"},
        "papers.number": {"paper": "record"},
        "walk_ins.take": {"pool": str(pool_id)},
        "walk_ins.undo": {"hold": str(ids["hold_id"])},
        "batches.expect": {"expected_at": (later + timedelta(days=1)).isoformat()},
        "askings.order": {"alternative": str(ids["asking_last_ruj"])},
        "askings.choose_this": {"alternative": str(ids["asking_last_ruj"])},
        "batches.begin": {"name": "QZ 7681"},
        "batches.again": {"who": "RUJ-22222", "mode": "written", "agreed": "1"},
        "consents.again": {"mode": "written", "agreed": "1"},
        "consents.leave_out_agency": {"agency": str(without_manager)},
        "consents.leave_out_person": {"at": str(agency_id), "email": "nobody@example.org"},
        "saved_views.save": {"page": "gaps.index", "name": "Celah", "need": "S1"},
        "saved_views.forget": {"view": str(ids["view"])},
        "glass.break_it": {"reason": "She bleeds and cannot speak"},
        "glass.review": {"was_right": "right", "words": "A life hung on it"},
        **program_bodies(
            str(ids["consent_id"]), str(pool_id), offer_id=str(make_offer().id),
            alternative=str(ids["asking_last_ruj"]), traveller=str(ids["traveller_ruj"]),
        ),
        "entry.report": {"offer": str(offer_id), "what": "phone"},
    }  # fmt: skip


def _secret_place(clerk: Account, agency_id: uuid.UUID) -> uuid.UUID:
    """A place of our agency whose address is sealed."""
    offer = make_offer(location={"area_code": AREA})
    with writing():
        db.session.get_one(Offer, offer.id).service.agency_id = agency_id
    exact = Exact("Jl. Contoh 5", latitude=-6.32, longitude=106.90)
    write(
        say_place,
        actor_of(clerk, strong=True),
        location_id=offer.location_id,
        wanted=Wanted(Tier.SECRET, exact),
    )
    return offer.location_id


def _application(**more: Any) -> AgencyApplication:
    return AgencyApplication(
        name="Yayasan Baru", type="NGO", area_code="31.75.10", description="", tier=1,
        contact_name="Dedi", email="dedi@example.org", phone="021-555", why="", language="id",
        address_key="x", received_at=now(), **more,
    )  # fmt: skip
