"""Whose attempts are counted together, by keyed hashes that tell nobody who or where."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from accounts.models import SignInAttempt
from accounts.rules.throttle import FOR_ACCOUNT, FOR_ADDRESS, LOOKED_AT, free_again
from core.clock import now
from core.db import db
from core.hashing import keyed_hash

KEY = "sign-in"


@dataclass(frozen=True, slots=True)
class Source:
    """Who tries (an account and a way in) and from where, each as a keyed hash."""

    account_key: str
    address_key: str


def source_of(what: str, address: str, device: str | None) -> Source:
    """`what` is the way in and the account, such as `password:ani@example.org`.

    `device` names a browser that has signed in to this account before: it is counted by itself.
    """
    if device:
        return Source(_keyed(f"{what}@{device}"), _keyed(f"device:{device}"))
    return Source(_keyed(what), _keyed(f"address:{_network(address)}"))


def counting_key(what: str) -> str:
    """What stands for something that is counted, apart from all attempts to sign in."""
    return _keyed(f"counted:{what}")


def times_since(key: str, moment: datetime) -> int:
    """How often something was counted since a moment."""
    wanted = select(func.count()).select_from(SignInAttempt)
    wanted = wanted.where(SignInAttempt.account_key == key, SignInAttempt.at > moment)
    return db.session.scalar(wanted) or 0


def _keyed(text: str) -> str:
    return keyed_hash(KEY, text)


def _network(address: str) -> str:
    """The address, of an IPv6 one the /64 that one customer has."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 6:
        return str(ipaddress.ip_network(f"{known}/64", strict=False))
    return str(known)


def held_back_until(source: Source) -> datetime | None:
    """When this source may try again; None when now."""
    moment = now()
    waits = (
        free_again(_wrong_for_account(source, moment), FOR_ACCOUNT, moment),
        free_again(_wrong_from(source, moment), FOR_ADDRESS, moment),
    )
    return max((until for until in waits if until), default=None)


def _wrong_for_account(source: Source, moment: datetime) -> list[datetime]:
    """Wrong attempts since the last right one."""
    own = SignInAttempt.account_key == source.account_key
    last_right = db.session.scalar(
        select(func.max(SignInAttempt.at)).where(own, SignInAttempt.succeeded)
    )
    since = max(filter(None, (last_right, moment - LOOKED_AT)))
    return list(
        db.session.scalars(
            select(SignInAttempt.at).where(
                own, SignInAttempt.at > since, SignInAttempt.succeeded.is_(False)
            )
        )
    )


def _wrong_from(source: Source, moment: datetime) -> list[datetime]:
    """Wrong attempts from there; a right one forgives none, whoever has an account could try on."""
    return list(
        db.session.scalars(
            select(SignInAttempt.at).where(
                SignInAttempt.address_key == source.address_key,
                SignInAttempt.at > moment - LOOKED_AT,
                SignInAttempt.succeeded.is_(False),
            )
        )
    )
