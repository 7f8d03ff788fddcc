"""Examples of askings and batches, with the codes of no real case."""

from __future__ import annotations

from referral.api.examples import AT, LATER, OFFER_ID, RECEIVER_ID, Plain

SECOND = "RUJ-8H4L3"
OTHER_OFFER_ID = "01920000-0000-7000-8000-0000000000f2"
OTHER_RECEIVER_ID = "01920000-0000-7000-8000-0000000000a3"
GROUNDS: Plain = {
    "basis": "consent",
    "giver": "survivor",
    "mode": "verbal_with_witness",
    "fields": ["name", "phone"],
    "witness": "A colleague on duty",
    "ends_on_arrival": True,
}
NEW_ASKING: Plain = {"offers": [OTHER_OFFER_ID], "agreed": True, "how": "one_by_one"}
ASKING: Plain = {
    "how": "one_by_one",
    "choose_until": None,
    "started_at": AT,
    "filled_at": None,
    "stopped_at": None,
    "may_ask_next": True,
    "may_choose": False,
    "items": [
        {
            "code": "RUJ-7F3K2",
            "receiver": {"id": RECEIVER_ID, "name": "Rumah Singgah Contoh"},
            "offer": OFFER_ID,
            "service_name": "Rumah singgah",
            "state": "sent",
            "state_label": "Sent, not read yet",
            "asked_at": AT,
            "may_be_asked": False,
            "has_basis": True,
        },
        {
            "code": SECOND,
            "receiver": {"id": OTHER_RECEIVER_ID, "name": "Rumah Aman Contoh"},
            "offer": OTHER_OFFER_ID,
            "service_name": "Rumah aman",
            "state": "draft",
            "state_label": "Draft",
            "asked_at": None,
            "may_be_asked": True,
            "has_basis": True,
        },
    ],
    "total": 2,
}
NEW_BATCH: Plain = {"name": "QZ 7681", "expected_at": LATER}
BATCH: Plain = {
    "code": "ROM-7F3K2",
    "name": "QZ 7681",
    "expected_at": LATER,
    "arrived_at": None,
    "people": 1,
}
BATCHES: Plain = {"items": [BATCH], "total": 1}
WHOLE_BATCH: Plain = {
    **BATCH,
    "counts": {"asked": 1},
    "items": [
        {
            "code": "RUJ-7F3K2",
            "case_code": "RJK-4K2P9",
            "receiver": RECEIVER_ID,
            "receiver_name": "Rumah Singgah Contoh",
            "offer": OFFER_ID,
            "service_name": "Rumah singgah",
            "state": "sent",
            "state_label": "Sent, not read yet",
        }
    ],
}
NEW_PEOPLE: Plain = {
    "needs": ["S1"],
    "urgency": "routine",
    "people": [
        {"name": "Contoh", "sex": "female", "age": 24, "children": "M8", "reason": "Flies home"},
        {"sex": "male", "age": 31, "phone": "12"},
    ],
}
PEOPLE_ADDED: Plain = {
    "items": [{"number": 1, "code": "RUJ-7F3K2", "case_code": "RJK-4K2P9"}],
    "refused": [{"number": 2, "field": "phone", "message": "This is no phone number"}],
}
ASK_FOR_PEOPLE: Plain = {"people": [{"code": "RUJ-7F3K2", "offer": OFFER_ID, "consent": GROUNDS}]}
PEOPLE_ASKED: Plain = {"asked": ["RUJ-7F3K2"], "refused": []}
BATCH_EXPECTED: Plain = {**BATCH, "kept": 1}
BATCH_LANDED: Plain = {**BATCH, "arrived_at": LATER, "consents_ended": 1}
