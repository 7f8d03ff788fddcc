"""Answering without an account: a link without authority, then a code to the proved channel.

The link shows that a referral waits and nothing else. The code, sent to the channel that got the
link, opens the view before acceptance in one browser for half an hour. Whoever answers acts for
the agency on this one referral; what identifies the person stays closed (design.md §6).
"""

from __future__ import annotations

import secrets
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hmac import compare_digest
from typing import Any

from sqlalchemy import Update, bindparam, select, update

from accounts.commands.attempts import mark_right, start_attempt
from accounts.commands.audit import record
from accounts.queries.attempts import source_of
from accounts.walls import ANSWERING
from core import outbox
from core.actors import Actor
from core.asking import change_rows, spelt_once
from core.clock import now
from core.db import db
from core.errors import HiddenError
from core.events import subscribe
from core.hashing import keyed_hash
from core.ids import new_id
from core.walls import cross
from referral.commands.moves.step import MOVED, AlreadyMovedError
from referral.commands.notices.codes import (
    SEND_LINK_CODE,
    code_of_link,
    count_codes,
    hash_of_code,
)
from referral.commands.record.reading import Seen, seen_at
from referral.models import AnswerLink, Channel, Referral, ReferralMove
from referral.queries.links import KEY, Behind, behind, hash_of_browser, hash_of_token, opened
from referral.queries.referrals import locked_referral
from referral.rules.answer_links import (
    CODE_FOR,
    MOST_CODES,
    MOST_CODES_FROM,
    MOST_CODES_OF_AGENCY,
    MOST_TRIES,
    OPEN_FOR,
)
from referral.rules.consent import Stage
from referral.rules.states import UNANSWERED, State

NO_END = timedelta(days=7)  # of a link whose referral has no end of its own


class Tried(StrEnum):
    """What became of a code that was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"  # too old, tried too often, or none was sent


@dataclass(frozen=True, slots=True)
class Opening:
    """The answer to a code: with the right one, what the browser keeps and until when."""

    tried: Tried
    browser: str = ""
    until: datetime | None = None


def listen() -> None:
    """End the links of every referral that is decided."""
    subscribe(MOVED, _after_move)


def link_for(referral: Referral, channel: Channel) -> str | None:
    """Part of the worker's commands: the token of the link of a referral on a channel.

    The same one as long as it lives, so that a message sent twice holds one link. None where
    nothing may be answered.
    """
    if referral.receiver_agency_id != channel.agency_id or referral.state not in UNANSWERED:
        return None
    moment = now()
    living = select(AnswerLink).where(
        AnswerLink.referral_id == referral.id,
        AnswerLink.channel_id == channel.id,
        AnswerLink.ends_at > moment,
    )
    link = db.session.scalars(living).first()
    if link is None:
        own_id = new_id()
        link = AnswerLink(
            id=own_id,
            referral_id=referral.id,
            agency_id=channel.agency_id,
            channel_id=channel.id,
            token_hash=hash_of_token(_token(own_id.hex)),
            made_at=moment,
            ends_at=referral.expires_at or moment + NO_END,
        )
        db.session.add(link)
        db.session.flush()
    return _token(link.id.hex)


def ask_code(actor: Actor, *, token: str, address: str) -> None:
    """Command: send a new code to the channel that got the link; the former one is over.

    `HiddenError` for a link that opens nothing; `RefusedError` on `throttle` after 5 codes within
    the hour, or too many for the agency or from one network address.
    """
    found = behind(token, lock=True)
    if found is None:
        raise HiddenError
    # The channel is the turnstile: codes for it are counted one after the other.
    db.session.execute(select(Channel.id).where(Channel.id == found.channel.id).with_for_update())
    link = found.link
    count_codes(
        {
            f"link/{link.id}": MOST_CODES,
            f"agency/{link.agency_id}": MOST_CODES_OF_AGENCY,
            f"address/{address}": MOST_CODES_FROM,
        }
    )
    moment = now()
    link.codes_sent += 1
    link.code_hash = hash_of_code(link.id, code_of_link(link.id, link.codes_sent))
    link.code_sent_at, link.code_ends_at, link.tries = moment, moment + CODE_FOR, 0
    outbox.put(SEND_LINK_CODE, link=str(link.id), number=link.codes_sent)
    _note(actor, "answer.code_sent", found)


def try_code(actor: Actor, *, token: str, code: str, address: str) -> Opening:
    """Command: a code that somebody typed; counted before it is judged.

    `HiddenError` for a link that opens nothing; `HeldBackError` after many wrong ones from one
    network address. A wrong code is an answer, not an error: its count must be committed.
    """
    found = behind(token, lock=True)
    if found is None:
        raise HiddenError
    link, moment = found.link, now()
    attempt = start_attempt(actor, source=source_of(f"answer:{link.id}@{address}", address, None))
    is_over = link.code_hash is None or (link.code_ends_at or moment) <= moment
    if link.code_hash is None or is_over or link.tries >= MOST_TRIES:
        return Opening(Tried.OVER)
    link.tries += 1
    typed = "".join(sign for sign in code if sign.isdigit())
    if not compare_digest(link.code_hash, hash_of_code(link.id, typed)):
        return Opening(Tried.OVER if link.tries >= MOST_TRIES else Tried.WRONG)
    mark_right(attempt)
    browser = secrets.token_urlsafe(32)
    link.code_hash = None
    link.browser_hash, link.open_until = hash_of_browser(link, browser), moment + OPEN_FOR
    _note(actor, "answer.opened", found)
    return Opening(Tried.RIGHT, browser, link.open_until)


def read_by_link(_actor: Actor, *, token: str, browser: str) -> Seen:
    """Command: what decides, and nothing that identifies; recorded as read by the channel's holder.

    `HiddenError` for a link or a browser that opens nothing.
    """
    found = opened(token, browser)
    if found is None:
        raise HiddenError
    seen = seen_at(found.referral, Stage.BEFORE)
    record(
        found.actor,
        "referral.read",
        agency_id=found.link.agency_id,
        subject=("case", found.referral.case_id),
        stage=Stage.BEFORE.value,
        fields=sorted(seen.fields),
        channel=str(found.channel.id),
    )
    return seen


def answer_by_link(
    _actor: Actor,
    *,
    token: str,
    browser: str,
    state: State | None,
    step: Callable[..., ReferralMove],
    given: Mapping[str, Any],
) -> ReferralMove:
    """Command: an answer of the agency, by one of the commands of `moves/answering.py`.

    `HiddenError` for a link or a browser that opens nothing; `AlreadyMovedError` when somebody was
    first; else what the command refuses.
    """
    first = opened(token, browser)
    if first is None:
        raise HiddenError
    referral = locked_referral(first.referral.id)
    found = opened(token, browser, lock=True)
    if found is None:
        raise HiddenError
    if state is not None and referral.state is not state:
        raise AlreadyMovedError(referral.state)
    return step(found.actor, code=referral.code, **given)


def end_links_of_channel(channel_id: Any) -> None:
    """Part of commands: the channel has ended, and its links with it."""
    with cross(ANSWERING):
        _end("channel_id", [channel_id])


def end_links_of(referral_ids: Collection[uuid.UUID]) -> None:
    """Part of commands: nobody answers these any more without an account."""
    with cross(ANSWERING):
        _end("referral_id", referral_ids)


def _after_move(*, actor: Actor, referral: Referral, move: ReferralMove) -> None:
    if move.from_state in UNANSWERED and move.to_state not in UNANSWERED:
        end_links_of([referral.id])


def _end(by: str, of_ids: Collection[Any]) -> None:
    with db.session.no_autoflush:  # no link hangs on what waits to be written
        change_rows(_ended(by), of_ids=list(of_ids), moment=now())


@lru_cache(maxsize=2)
def _ended(by: str) -> Update:
    which = getattr(AnswerLink, by).in_(bindparam("of_ids", expanding=True))
    ended = update(AnswerLink).where(which, AnswerLink.ends_at > bindparam("moment"))
    blank = {"open_until": None, "code_hash": None, "browser_hash": None}
    ended = ended.values(ends_at=bindparam("moment"), **blank)
    return spelt_once(ended)


def _token(own_id: str) -> str:
    raw = bytes.fromhex(keyed_hash(KEY, f"link/{own_id}"))[:16]
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _note(actor: Actor, action: str, found: Behind) -> None:
    record(
        actor,
        action,
        agency_id=found.link.agency_id,
        subject=("referral", found.referral.id),
        channel=str(found.channel.id),
    )
