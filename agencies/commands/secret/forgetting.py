"""Keys of addresses that are no longer kept: erased, so that no backup tells them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from agencies.commands.secret.places import key_name
from agencies.models import SealedPlace
from core.db import db
from core.keystore import keystore
from core.rekeying import erase_on_commit
from core.worker import register_duty

FORGOTTEN_EVERY = timedelta(hours=1)


def register_duties() -> None:
    """Have the worker look for keys without a place, such as those of places that were deleted."""
    register_duty("keys_of_places", FORGOTTEN_EVERY, forget_lost_places)


def forget_lost_places() -> int:
    """Command: erase the keys that open no sealed address any more; returns how many."""
    # Keys first: a place that is sealed meanwhile has no key of its own name yet.
    known = keystore().living("place")
    kept = {key_name(own_id) for own_id in db.session.scalars(select(SealedPlace.location_id))}
    lost = [name for name in known if name not in kept]
    for name in lost:
        erase_on_commit(name)
    return len(lost)
