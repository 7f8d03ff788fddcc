"""One of everything that an agency has: something to speak of for every address and form."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from accounts.models import Account, ApiKey, Invitation, Passkey, SignedIn
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
from referral.commands.cases import open_case
from tests.factories import make_offer
from tests.support.people import make_account

Things = tuple[dict[str, object], dict[str, dict[str, str]]]
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
    return ids, {
        "staff.send": {"email": "baru@example.org", "roles": "worker"},
        "entry.say_it": {"pool": str(pool_id), "free": "1"},
        "entry.confirm": {"kind": "offer", "id": str(offer_id), "fact": "hours"},
        "entry.settle": {"report": str(ids["report"])},
        "entry.undo": {"change": str(ids["change"])},
        "entry.report": {"offer": str(offer_id), "what": "phone"},
    }


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
