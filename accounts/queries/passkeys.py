"""What a browser is asked about passkeys, and whether what it answers is true (WebAuthn)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.models import Account, Passkey
from core.db import db

LONGEST_ANSWER = 16_384  # letters; an honest one has about 2,000


@dataclass(frozen=True, slots=True)
class Site:
    """For whom a passkey signs: the host name, and the origin that the browser states."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey that was just made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Signed:
    """A known passkey that has signed the question."""

    passkey_id: uuid.UUID
    account_id: uuid.UUID
    sign_count: int


def creation_options(site: Site, account_id: uuid.UUID, challenge: bytes) -> str:
    """What the browser needs to make a passkey, as JSON."""
    account = db.session.get_one(Account, account_id)
    options = generate_registration_options(
        rp_id=site.host,
        rp_name="Rujukan",
        user_id=account.id.bytes,
        user_name=account.email,
        user_display_name=account.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_known(account_id),
    )
    return options_to_json(options)


def request_options(site: Site, challenge: bytes, account_id: uuid.UUID | None) -> str:
    """What the browser needs to use a passkey, as JSON.

    Without an account it takes the place of the password too, so the phone must ask its owner
    for a finger, a face or a PIN.
    """
    wanted = UserVerificationRequirement.PREFERRED
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        allow_credentials=_known(account_id) if account_id else None,
        user_verification=wanted if account_id else UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def passkey_made(site: Site, challenge: bytes, answer: str) -> Made | None:
    """The passkey that the browser made; None when the answer is not true."""
    if len(answer) > LONGEST_ANSWER:
        return None
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return Made(made.credential_id, made.credential_public_key, made.sign_count)


def passkey_signed(
    site: Site, challenge: bytes, answer: str, account_id: uuid.UUID | None
) -> Signed | None:
    """Whose passkey has signed; None when the answer is not true, or not of this account."""
    if len(answer) > LONGEST_ANSWER:
        return None
    try:
        credential = parse_authentication_credential_json(answer)
        passkey = db.session.scalars(
            select(Passkey).where(Passkey.credential_id == credential.raw_id)
        ).one_or_none()
        if passkey is None or (account_id and passkey.account_id != account_id):
            return None
        checked = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=account_id is None,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return Signed(passkey.id, passkey.account_id, checked.new_sign_count)


def _known(account_id: uuid.UUID) -> list[PublicKeyCredentialDescriptor]:
    ids = db.session.scalars(select(Passkey.credential_id).where(Passkey.account_id == account_id))
    return [PublicKeyCredentialDescriptor(id=known) for known in ids]
