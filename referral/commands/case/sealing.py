"""Seal and open what is said of the person of a case, and find a case by a sealed phone number."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from core.crypto import seal, seal_text, unseal, unseal_text
from core.ids import parse_id
from core.keystore import keystore
from core.phones import dial_url
from core.rekeying import opened_with, sealing_key
from referral.models import CaseFile
from referral.queries.cases import open_codes_with_ids
from referral.rules.person import FIELDS, Person, bound_to, key_name

PHONE = "case-phone"  # the kind of hint; its key in the store is `search/case-phone`


def put_person(case: CaseFile, person: Person) -> None:
    """Seal every field into the case and remember its phone as a keyed hash in the store of keys.

    `ErasedKeyError` when the person was erased: nothing about them may be written again.
    """
    key = sealing_key(key_name(case.id))
    for field in FIELDS:
        text = person.get(field.name)
        sealed = seal_text(key, text, bound_to(case.id, field.name)) if text else None
        setattr(case, f"{field.name}_sealed", sealed)
    phone = person.get("phone")
    parts = (str(case.agency_id), dial_url(phone)) if phone else ()
    keystore().set_hint(key_name(case.id), PHONE, *parts)


def person_of(case: CaseFile) -> Person:
    """Everything that a case says about its person, opened.

    `ErasedKeyError` when they were erased; `MissingKeyError` beside another store of keys;
    `CannotUnsealError` when somebody moved or changed what is sealed.
    """
    sealed = {field.name: getattr(case, f"{field.name}_sealed") for field in FIELDS}

    def open_it(key: bytes) -> Person:
        return {
            name: unseal_text(key, found, bound_to(case.id, name))
            for name, found in sealed.items()
            if found is not None
        }

    return opened_with(key_name(case.id), open_it)


def seal_words(case_id: uuid.UUID, where: str, words: str | None) -> bytes | None:
    """Words about the person of a case, sealed with its key and bound to `where`.

    `where` names the row and the field, such as `referral/<id>/facts`. None for empty words.
    `ErasedKeyError` when the person was erased.
    """
    if not words:
        return None
    return seal_text(keystore().key(key_name(case_id)), words, where)


def open_words(case_id: uuid.UUID, where: str, sealed: bytes | None) -> str | None:
    """What `seal_words` sealed there; None for None. Errors as in `person_of`."""
    if sealed is None:
        return None
    return unseal_text(keystore().existing(key_name(case_id)), sealed, where)


def seal_facts(case_id: uuid.UUID, where: str, facts: Mapping[str, Any]) -> bytes | None:
    """The same for JSON."""
    return seal_words(case_id, where, json.dumps(facts, ensure_ascii=False) if facts else None)


def open_facts(case_id: uuid.UUID, where: str, sealed: bytes | None) -> dict[str, Any]:
    """What `seal_facts` sealed there; empty for None."""
    words = open_words(case_id, where, sealed)
    found: dict[str, Any] = json.loads(words) if words else {}
    return found


def seal_bytes(case_id: uuid.UUID, where: str, content: bytes) -> bytes:
    """A paper about the person of a case, as `seal_words` seals words."""
    return seal(keystore().key(key_name(case_id)), content, where)


def open_bytes(case_id: uuid.UUID, where: str, sealed: bytes) -> bytes:
    """What `seal_bytes` sealed there. Errors as in `person_of`."""
    return unseal(keystore().existing(key_name(case_id)), sealed, where)


def open_cases_with_phone(agency_id: uuid.UUID, phone: str) -> list[str]:
    """The codes of the open cases of one agency that keep this phone number, however spelt."""
    names = keystore().hinted(PHONE, str(agency_id), dial_url(phone))
    ids = [parse_id(name.partition("/")[2]) for name in names]
    return open_codes_with_ids([found for found in ids if found], agency_id)
