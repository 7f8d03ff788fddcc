"""Accepting while it is taken back: never an open view under a withdrawn consent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from agencies.models import Pool
from core.db import db, write
from core.errors import RefusedError
from referral.commands.consent.withdrawing import withdraw_all, withdraw_consent
from referral.commands.moves.answering import accept
from referral.commands.moves.sending import send
from referral.models import Consent, Referral
from referral.rules.states import State
from tests.support.handing import make_consent, make_draft, make_two

pytestmark = pytest.mark.both_databases
ROUNDS = 8


def _together(app: Flask, *deeds: Callable[[], object]) -> list[Exception]:
    """Do these at the same time, each in a thread of its own; what they did not expect."""
    start, wrong = threading.Barrier(len(deeds)), list[Exception]()

    def run(deed: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                deed()
            except RefusedError:
                pass  # somebody was first
            except Exception as error:
                wrong.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return wrong


def test_accepting_sending_and_withdrawing_at_once(app: Flask) -> None:
    two = make_two(beds=(60, 0))
    sending, answering, promise = two.sending, two.answering, two.promise()
    case_code = two.case_code
    for number in range(ROUNDS):
        consent_id = make_consent(two)
        waiting, draft = make_draft(two), make_draft(two)
        write(send, sending, code=waiting, consent_id=consent_id)

        def take_back(consent_id: object = consent_id, everything: bool = number % 2 == 0) -> None:
            if everything:
                write(withdraw_all, sending, case_code=case_code)
            else:
                write(withdraw_consent, sending, case_code=case_code, consent_id=consent_id)  # type: ignore[arg-type]

        wrong = _together(
            app,
            partial(write, accept, answering, code=waiting, promise=promise),
            partial(write, send, sending, code=draft, consent_id=consent_id),
            take_back,
        )
        assert wrong == []
        db.session.rollback()
        for referral in db.session.scalars(select(Referral)):
            consent = db.session.get(Consent, referral.consent_id) if referral.consent_id else None
            assert referral.state in (State.CANCELLED, State.DRAFT), referral.state
            assert not referral.identity_open
            assert consent is None or consent.withdrawn_at is not None
        assert db.session.get_one(Pool, two.pool_id, populate_existing=True).held == 0
