"""Legal bases of the case of a referral: recorded, said again, taken back. The sender's alone."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask.views import MethodView

from accounts.current import who
from accounts.rules.rights import Scope
from core.api import json_answer
from core.clock import now
from core.db import write
from core.errors import HiddenError, refused
from referral.api import examples
from referral.api.common import RUJ, blueprint, posting, reading, referral_of
from referral.commands.consent.consents import Given, own_case, record_consent, renew_consent
from referral.commands.consent.withdrawing import Closed, withdraw_all, withdraw_consent
from referral.commands.moves.sending import NO_RECEIVER
from referral.models import Consent, Referral
from referral.queries.consents import consents_of
from referral.queries.hanging import case_of, consent_known
from referral.rules.moves import Party
from referral.schemas.answers import ConfirmSchema
from referral.schemas.consents import (
    ConsentMadeSchema,
    ConsentsSchema,
    NewConsentSchema,
    WithdrawnSchema,
)


@blueprint.route("/<ruj>/consents", parameters=RUJ)
class Consents(MethodView):
    """The bases of the case."""

    scope = Scope.REFERRALS

    @reading(ConsentsSchema, example=examples.CONSENTS)
    def get(self, ruj: str) -> Response:
        """List every basis of the case, the latest first; notes are read by people alone."""
        referral, case_code = _own(ruj)
        own_case(who(), case_code)
        found = [_view(consent) for consent in consents_of(referral.case_id)]
        return json_answer({"items": found, "total": len(found)})

    @posting(
        NewConsentSchema,
        ConsentMadeSchema,
        status=201,
        example=examples.NEW_CONSENT,
        answer=examples.CONSENT_MADE,
    )
    def post(self, given: dict[str, Any], ruj: str) -> Response:
        """Record a basis to hand fields of the case to one agency.

        What keeps it from holding is said by field. Fields that the agency's kind never sees are
        left out.
        """
        referral, case_code = _own(ruj)
        made = write(record_consent, who(), case_code=case_code, given=_given(referral, given))
        return json_answer({"id": made}, 201)


@blueprint.route("/<ruj>/consents/<uuid:consent_id>/renew", parameters=RUJ)
class RenewConsent(MethodView):
    """A basis that is said again."""

    scope = Scope.REFERRALS

    @posting(
        NewConsentSchema,
        ConsentMadeSchema,
        status=201,
        example=examples.NEW_CONSENT,
        answer=examples.CONSENT_MADE,
    )
    def post(self, given: dict[str, Any], ruj: str, consent_id: uuid.UUID) -> Response:
        """Say a basis again, for the same agency: open referrals go on under the new one."""
        referral, case_code = _own(ruj)
        old = consent_known(consent_id)
        if old is not None and "receiver" not in given:
            given = {**given, "receiver": old.receiver_agency_id}
        made = write(
            renew_consent,
            who(),
            case_code=case_code,
            consent_id=consent_id,
            given=_given(referral, given),
        )
        return json_answer({"id": made}, 201)


@blueprint.route("/<ruj>/consents/<uuid:consent_id>/withdraw", parameters=RUJ)
class WithdrawConsent(MethodView):
    """A basis that the survivor takes back."""

    scope = Scope.REFERRALS

    @posting(ConfirmSchema, WithdrawnSchema, example={}, answer=examples.WITHDRAWN)
    def post(self, _given: dict[str, Any], ruj: str, consent_id: uuid.UUID) -> Response:
        """Take a consent back: what is on the way is called off, views close, at once."""
        _referral, case_code = _own(ruj)
        closed = write(withdraw_consent, who(), case_code=case_code, consent_id=consent_id)
        return json_answer(_closed(closed))


@blueprint.route("/<ruj>/consents/withdraw-all", parameters=RUJ)
class WithdrawAll(MethodView):
    """All that was released of the case."""

    scope = Scope.REFERRALS

    @posting(ConfirmSchema, WithdrawnSchema, example={}, answer=examples.WITHDRAWN)
    def post(self, _given: dict[str, Any], ruj: str) -> Response:
        """Take back everything that was released of the case, to whomever."""
        _referral, case_code = _own(ruj)
        return json_answer(_closed(write(withdraw_all, who(), case_code=case_code)))


def _own(ruj: str) -> tuple[Referral, str]:
    """The referral and the code of its case, for the agency whose case it is."""
    referral, side = referral_of(ruj)
    case = case_of(referral)
    if side is not Party.SENDER or case is None or case.agency_id not in who().agencies:
        raise HiddenError
    return referral, case.code


def _given(referral: Referral, given: dict[str, Any]) -> Given:
    said = dict(given)
    receiver = said.pop("receiver", None) or referral.receiver_agency_id
    if receiver is None:
        raise refused("receiver", NO_RECEIVER)
    return Given(receiver_agency_id=receiver, **said)


def _view(consent: Consent) -> dict[str, Any]:
    moment = now()
    ended = consent.ends_at is not None and consent.ends_at <= moment
    return {
        "id": consent.id,
        "receiver": consent.receiver_agency_id,
        "basis": consent.basis.value,
        "giver": consent.giver.value,
        "mode": consent.mode.value,
        "language": consent.language,
        "fields": list(consent.fields),
        "given_at": consent.given_at,
        "ends_at": consent.ends_at,
        "ends_on_arrival": consent.ends_on_arrival,
        "withdrawn_at": consent.withdrawn_at,
        "is_live": consent.withdrawn_at is None and not ended,
    }


def _closed(closed: Closed) -> dict[str, Any]:
    return {
        "consents": closed.consents,
        "called_off": list(closed.called_off),
        "view_closed": list(closed.view_closed),
    }
