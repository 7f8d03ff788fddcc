"""One story in examples: a woman is referred from Cipayung, with the codes of no real case."""

from __future__ import annotations

from typing import Any

Plain = dict[str, Any]

ID = "01920000-0000-7000-8000-000000000001"
CONSENT_ID = "01920000-0000-7000-8000-0000000000c1"
POOL_ID = "01920000-0000-7000-8000-0000000000b1"
OFFER_ID = "01920000-0000-7000-8000-0000000000f1"
SENDER_ID = "01920000-0000-7000-8000-0000000000a1"
RECEIVER_ID = "01920000-0000-7000-8000-0000000000a2"
AT, LATER = "2026-11-22T14:05:00+00:00", "2026-11-22T14:35:00+00:00"

STATE: Plain = {
    "code": "RUJ-7F3K2",
    "state": "accepted",
    "state_label": "Accepted",
    "side": "receiver",
    "moved_at": LATER,
    "moves": ["decline", "hand_over", "miss"],
}
NEW_REFERRAL: Plain = {
    "person": {"name": "Contoh", "birth_year": "1999", "phone": "0812-0000-1111"},
    "needs": ["S1"],
    "offer": OFFER_ID,
    "urgency": "emergency",
    "signs": ["threat"],
    "facts": {
        "sex": "female",
        "age": 27,
        "children": "M8",
        "danger": "high",
        "reason": "Needs a bed tonight",
        "contact": "By the neighbour, after eight",
    },
}
DRAFT_MADE: Plain = {
    **STATE,
    "state": "draft",
    "state_label": "Draft",
    "side": "sender",
    "moves": ["send", "cancel", "mark_error"],
    "case_code": "RJK-4K2P9",
}
LOGGED: Plain = {
    "number": 1,
    "at": AT,
    "name": "send",
    "from_state": "draft",
    "to_state": "sent",
    "party": "sender",
    "agency": "Yayasan Melati",
    "reason": None,
    "detail": None,
    "words": None,
    "due_at": None,
    "in_time": None,
    "by_phone": False,
    "confirmed": False,
}
ARRIVAL: Plain = {"expected_at": LATER, "meeting_point": None, "said_at": AT}
HANDED_OVER: Plain = {
    "arrived_at": LATER,
    "sender_confirmed": True,
    "receiver_confirmed": True,
    "case_moved": False,
}
REFERRAL: Plain = {
    **STATE,
    "case_code": None,
    "kind": "refer",
    "urgency": "emergency",
    "urgency_sign": "threat",
    "sender": {"id": SENDER_ID, "name": "Yayasan Melati"},
    "receiver": {"id": RECEIVER_ID, "name": "Rumah Singgah Contoh"},
    "offer": OFFER_ID,
    "needs": ["S1"],
    "facts": {
        "sex": "female",
        "age": "25-59",
        "children": "M8",
        "danger": "high",
        "reason": "Needs a bed tonight",
    },
    "is_erased": False,
    "is_sealed": False,
    "has_basis": True,
    "requested_by": None,
    "started_at": AT,
    "asked_at": AT,
    "expires_at": None,
    "dues": [{"clock": "start", "at": LATER, "is_late": False}],
    "by_phone": False,
    "promise": {
        "person": "Ibu Rini",
        "conditions": None,
        "at": None,
        "pool": "Mothers with children",
        "places": 2,
        "until": LATER,
    },
    "arrival": ARRIVAL,
    "hand_over": None,
    "return_referral": None,
    "log": [LOGGED],
}
LIST: Plain = {
    "items": [
        {
            "code": "RUJ-7F3K2",
            "state": "sent",
            "state_label": "Sent, not read yet",
            "urgency": "emergency",
            "needs": ["S1"],
            "sender": SENDER_ID,
            "receiver": RECEIVER_ID,
            "other": "Rumah Singgah Contoh",
            "service_name": "Rumah singgah",
            "dues": [{"clock": "acknowledge", "at": LATER, "is_late": False}],
            "asked_at": AT,
            "moved_at": AT,
            "by_phone": False,
        }
    ],
    "total": 1,
    "page": 1,
    "pages": 1,
    "size": 25,
}
NEW_CONSENT: Plain = {
    "basis": "consent",
    "giver": "survivor",
    "mode": "verbal_with_witness",
    "fields": ["name", "phone"],
    "witness": "A colleague on duty",
    "purpose": "A bed for tonight",
}
CONSENT_MADE: Plain = {"id": CONSENT_ID}
CONSENTS: Plain = {
    "items": [
        {
            "id": CONSENT_ID,
            "receiver": RECEIVER_ID,
            "basis": "consent",
            "giver": "survivor",
            "mode": "verbal_with_witness",
            "language": "id",
            "fields": ["sex", "age", "danger", "reason", "name", "phone"],
            "given_at": AT,
            "ends_at": None,
            "ends_on_arrival": False,
            "withdrawn_at": None,
            "is_live": True,
        }
    ],
    "total": 1,
}
WITHDRAWN: Plain = {"consents": 1, "called_off": ["RUJ-7F3K2"], "view_closed": []}
NOTES: Plain = {"items": [{"id": ID, "at": AT, "is_mine": True, "is_read": False}], "total": 1}
HOLDS: Plain = {
    "items": [
        {
            "id": ID,
            "pool": POOL_ID,
            "label": "Mothers with children",
            "places": 2,
            "state": "held",
            "until": LATER,
        }
    ],
    "choices": [
        {
            "pool": POOL_ID,
            "label": "Mothers with children",
            "service_name": "Rumah singgah",
            "free": 3,
            "needed": 2,
            "fits": True,
            "is_fresh": True,
            "said_at": AT,
        }
    ],
}
WAY: Plain = {"expected_at": LATER, "escort": "A colleague", "transport": "By car"}
EXPORT = (
    "code,state,kind,urgency,needs,sender,receiver,service,asked_at,decide_by,answer,answered_at,"
    "in_time,reason,moved_at,by_phone\n"
    "RUJ-7F3K2,accepted,refer,emergency,S1,Yayasan Melati,Rumah Singgah Contoh,Rumah singgah,"
    "2026-11-22T14:05:00Z,2026-11-22T16:05:00Z,accept,2026-11-22T14:35:00Z,yes,,"
    "2026-11-22T14:35:00Z,no\n"
)
