"""What is behind the link of an answer without an account: unknown and over are one None."""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest

from sqlalchemy import select

from accounts.rules.rights import LINK
from core.actors import Actor, ActorKind, Grant
from core.clock import now
from core.db import db
from core.hashing import keyed_hash
from referral.models import AnswerLink, Channel, Referral
from referral.queries.referrals import live_consent
from referral.rules.states import UNANSWERED

KEY = "answering"  # of the store of keys


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind a link that opens something still."""

    link: AnswerLink
    referral: Referral
    channel: Channel

    @property
    def actor(self) -> Actor:
        """Whoever answers: for that agency, answers alone, no identity."""
        return Actor(ActorKind.VISITOR, "answer link", grants=(Grant(LINK, self.link.agency_id),))


def behind(token: str, *, lock: bool = False) -> Behind | None:
    """What a link opens now; None for what is unknown, over, decided, withdrawn or ended alike."""
    wanted = select(AnswerLink).where(AnswerLink.token_hash == hash_of_token(token))
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    link = db.session.scalars(wanted).one_or_none()
    if link is None:
        return None
    referral = db.session.get(Referral, link.referral_id)
    channel = db.session.get(Channel, link.channel_id)
    if referral is None or channel is None or not _is_open(link, referral, channel):
        return None
    return Behind(link, referral, channel)


def opened(token: str, browser: str, *, lock: bool = False) -> Behind | None:
    """The same for the browser that showed the code, for half an hour."""
    found = behind(token, lock=lock)
    if found is None or not browser or found.link.browser_hash is None:
        return None
    if (found.link.open_until or now()) <= now():
        return None
    same = compare_digest(found.link.browser_hash, hash_of_browser(found.link, browser))
    return found if same else None


def hash_of_token(token: str) -> str:
    """What is kept of a link's token."""
    return keyed_hash(KEY, f"token/{token}")


def hash_of_browser(link: AnswerLink, browser: str) -> str:
    """What is kept of the browser that showed the code."""
    return keyed_hash(KEY, f"browser/{link.id}/{browser}")


def _is_open(link: AnswerLink, referral: Referral, channel: Channel) -> bool:
    moment = now()
    return (
        link.ends_at > moment
        and referral.state in UNANSWERED
        and referral.receiver_agency_id == link.agency_id == channel.agency_id
        and channel.ended_at is None
        and channel.proved_at is not None
        and live_consent(referral, moment) is not None
    )
