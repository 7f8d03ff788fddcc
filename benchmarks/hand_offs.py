"""The hand-offs that `benchmarks/handing.py` makes: drafts of pairs of agencies, to be sent."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import text

from accounts.commands.keys import make_key
from accounts.queries.who import actor_of
from accounts.rules.rights import Role, Scope
from core.db import db, write, writing
from core.ids import new_id
from core.settings import Settings
from referral.models import Referral
from tests.support.handing import make_consent, make_draft, make_two
from tests.support.people import make_account
from wsgi import create_app

PAIRS = 8  # of agencies: a network is not one agency at whose door all others stand


@dataclass(frozen=True, slots=True)
class HandOff:
    """A draft with its consent, and who moves it."""

    code: str
    consent_id: uuid.UUID
    pool_id: uuid.UUID
    keys: Mapping[str, str]


def prepare(url: str, folder: Path, count: int) -> list[HandOff]:
    """So many hand-offs, those of all pairs of agencies in turn."""
    settings = Settings(database_url=url, data_dir=folder, secret_key="bench", log_level="ERROR")
    app = create_app(settings)
    with app.app_context():
        upgrade()
        made = [_between_two(-(-count // PAIRS)) for _ in range(PAIRS)]
        kind = "integer primary key" if url.startswith("sqlite") else "bigserial primary key"
        with writing():
            db.session.execute(text(f"create table bare_row (id {kind}, word text)"))
        db.session.remove()
        db.engine.dispose()
    return [one for turn in zip(*made, strict=True) for one in turn]


def _between_two(count: int) -> list[HandOff]:
    """So many of a new pair of agencies, under one consent."""
    two = make_two(beds=(count, 0))
    keys = {}
    for side, agency_id in (("sender", two.sender_id), ("receiver", two.receiver_id)):
        manager = actor_of(make_account(Role.MANAGER, agency_id=agency_id), strong=True)
        said = {"agency_id": agency_id, "name": side, "scopes": [Scope.REFERRALS], "days": 2}
        keys[side] = write(make_key, manager, **said)  # type: ignore[arg-type]
    first, consent_id = make_draft(two), make_consent(two)
    with writing():
        codes = [first, *_copies(first, count - 1)]
    return [HandOff(code, consent_id, two.pool_id, keys) for code in codes]


def _copies(code: str, count: int) -> list[str]:
    """More drafts like one, without its facts: they are not what is measured."""
    from referral.commands.asking.drafts import _free_code
    from referral.models import ReferralNeed
    from referral.queries.referrals import any_referral_by_code

    first = any_referral_by_code(code)
    assert first is not None
    codes = []
    for _ in range(count):
        copy = Referral(
            id=new_id(), code=_free_code(), case_id=first.case_id, made_at=first.made_at,
            sender_agency_id=first.sender_agency_id, receiver_agency_id=first.receiver_agency_id,
            offer_id=first.offer_id, urgency=first.urgency, moved_at=first.moved_at,
            needs=[ReferralNeed(need="S1")],
        )  # fmt: skip
        db.session.add(copy)
        codes.append(copy.code)
    return codes
