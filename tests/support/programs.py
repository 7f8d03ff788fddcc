"""Programs of agencies: a key of theirs, and what they send to the API of referrals."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask

from accounts.commands.keys import make_key
from accounts.queries.who import actor_of
from accounts.rules.rights import Role, Scope
from core.clock import now
from core.db import write
from tests.support.people import make_account

BASE = "/api/v1/referrals"


@dataclass(slots=True)
class Program:
    """A program with a key of an agency."""

    app: Flask
    key: str

    def get(self, path: str = "", language: str = "en") -> Any:
        """Ask."""
        return self._send("GET", path, language, {})

    def post(self, path: str, body: Any = None, *, once: str = "", language: str = "en") -> Any:
        """Send JSON; `once` is the Idempotency-Key."""
        more = {"json": {} if body is None else body}
        return self._send("POST", path, language, more, once)

    def move(self, ruj: str, name: str, **body: Any) -> Any:
        """Make a move."""
        return self.post(f"/{ruj}/moves/{name}", body)

    def _send(
        self, method: str, path: str, language: str, more: dict[str, Any], once: str = ""
    ) -> Any:
        headers = {"Authorization": f"Bearer {self.key}", "Accept-Language": language}
        if once:
            headers["Idempotency-Key"] = once
        return self.app.test_client().open(BASE + path, method=method, headers=headers, **more)


def program_of(app: Flask, agency_id: uuid.UUID, *scopes: Scope) -> Program:
    """A program of an agency; its key is for referrals unless said otherwise."""
    manager = actor_of(make_account(Role.MANAGER, agency_id=agency_id), strong=True)
    given: dict[str, Any] = {"name": "k", "scopes": scopes or (Scope.REFERRALS,), "days": 9}
    return Program(app, write(make_key, manager, agency_id=agency_id, **given))


def program_bodies(
    consent_id: str, pool_id: str, *, offer_id: str, alternative: str, traveller: str
) -> dict[str, dict[str, Any]]:
    """What is sent to each operation that takes more than nothing, by endpoint. `alternative`: the
    code of one of an asking; `traveller`: of the draft of one of a batch."""
    basis = {"basis": "consent", "giver": "survivor", "mode": "written"}
    said: dict[str, dict[str, Any]] = {
        "Referrals": {"needs": "S1"},
        "Send": {"consent_id": consent_id},
        "Ask": {"words": "Bisa naik tangga?"},
        "GiveAnswer": {"words": "Bisa"},
        "Accept": {"person": "Rini", "pool": pool_id},
        "AcceptConditionally": {"person": "Rini", "pool": pool_id, "conditions": "Surat"},
        "Decline": {"reason": "PENUH"},
        "Redirect": {"suggestion": "Rumah lain"},
        "Divert": {"words": "Banjir"},
        "Cancel": {"reason": "need_gone"},
        "HandOver": {"received_by": "Rini"},
        "Complete": {"outcome": "met", "service_given": "Sepuluh malam"},
        "Reopen": {"words": "Ada tempat"},
        "MarkError": {"words": "Salah ketik"},
        "Consents": basis,
        "RenewConsent": basis,
        "Notes": {"words": "Malam ini?"},
        "OneAsking": {"offers": [offer_id], "agreed": True},
        "OrderAsking": {"alternative": alternative},
        "Choose": {"alternative": alternative},
        "Batches": {"name": "QZ 7681"},
        "BatchPeople": {"needs": "S1", "people": [{"name": "Contoh", "sex": "male", "age": 31}]},
        "AskForPeople": {"people": [{"code": traveller, "offer": offer_id, "consent": basis}]},
        "BatchExpected": {"expected_at": (now() + timedelta(days=2)).isoformat()},
    }
    return {f"referrals_api.{name}": body for name, body in said.items()}
