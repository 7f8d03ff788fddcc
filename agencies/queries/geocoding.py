"""Addresses: the gazetteer first, then the geocoder that the operator configured, if any.

What was typed goes to that geocoder and nowhere else: answers are kept under a keyed hash of it,
and consist of points only, because a geocoder's answer repeats the words that it was asked.
Never ask for the address of a secret place.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from geopy.exc import GeocoderServiceError, GeopyError
from geopy.location import Location
from sqlalchemy.exc import SQLAlchemyError

from agencies.models.geocoding import GeocodedAddress
from agencies.queries.geocoders import OfflineGazetteer, geocoder_chain
from agencies.queries.places import Found, How, PlaceChoice, place_at, resolve
from agencies.queries.places.choice import NOTHING
from agencies.rules.place_asked import read
from agencies.rules.place_names import plain_words
from core.clock import now
from core.db import WRITES, db, write
from core.errors import RefusedError, Trouble
from core.events import publish
from core.geometry import LatLon
from core.i18n import _
from core.settings import Settings

__all__ = ["AddressServiceError", "OfflineGazetteer", "find_address", "geocoder_chain"]

NO_ANSWER = _("The address service does not answer. Choose a district, or tap the map.")

ANSWERED = "agencies.geocoder_answered"  # the event by which the answer gets kept
NOTHING_KEPT_FOR = timedelta(days=1)  # what is not on the map today may be tomorrow
MOST_ANSWERS = 5
# South-west and north-east corner of Indonesia, in degrees (latitude, longitude).
INDONESIA: tuple[LatLon, LatLon] = ((-11.5, 94.5), (6.5, 141.5))

log = structlog.get_logger()


class AddressServiceError(RefusedError):
    """The geocoder is down, slow, refuses or speaks nonsense."""

    def __init__(self) -> None:
        super().__init__(Trouble("place", NO_ANSWER))


def find_address(text: str, settings: Settings | None = None) -> Found:
    """Where a typed address is: one point, points to choose from, or nothing.

    A name of the gazetteer wins. If nobody knows the address, the area at its end is offered as a
    choice. Raises `AddressServiceError` when the geocoder was needed and did not answer, and
    `RuntimeError` inside a write transaction: nobody may wait for a geocoder's answer.
    """
    settings = settings or current_app.config["RUJUKAN"]
    if _is_writing():
        raise RuntimeError("a geocoder may not be asked while a write transaction is open")
    found = resolve(text, doubtful=False)
    if found or not read(text).segments:
        return found
    if settings.geocoder == "none":
        return _doubtful(text)
    try:
        points = _points(text, settings)
    except AddressServiceError:
        offline = _doubtful(text)
        if offline:
            return offline
        raise
    return _as_choices(points) or _doubtful(text)


def _is_writing() -> bool:
    session = db.session()
    if not session.in_transaction():
        return False
    return bool(session.connection().get_execution_options().get(WRITES))


def _points(text: str, settings: Settings) -> list[LatLon]:
    key = key_of(text, settings)
    kept = _kept(key, settings)
    if kept is not None:
        return kept
    db.session.rollback()  # no snapshot stays open while we wait
    points = _ask(text, settings)
    if settings.geocoder_cache_days:
        _keep(key, points, timedelta(days=settings.geocoder_cache_days))
    return points


def _keep(key: str, points: Sequence[LatLon], days: timedelta) -> None:
    until = now() + (days if points else min(days, NOTHING_KEPT_FOR))
    answer = [{"lat": lat, "lon": lon} for lat, lon in points]
    try:
        write(publish, ANSWERED, asked=key, answer=answer, expires_at=until)
    except SQLAlchemyError as error:
        # Somebody else kept the same answer a moment ago, or nothing can be written now.
        log.warning("geocoder answer not kept", kind=type(error).__name__)


def key_of(text: str, settings: Settings) -> str:
    """Under which an answer is kept: useless to whoever has the database without the secret key."""
    asked = " ".join(plain_words(text))
    parts = ("geocoder", settings.geocoder, settings.geocoder_url, asked)
    secret = settings.signing_key().encode()
    return hmac.new(secret, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def _kept(key: str, settings: Settings) -> list[LatLon] | None:
    row = db.session.get(GeocodedAddress, key)
    if row is None or not _is_fresh(row.expires_at, settings):
        return None
    return [(found["lat"], found["lon"]) for found in row.answer]


def _is_fresh(expires_at: datetime, settings: Settings) -> bool:
    # The second comparison: the setting may have been lowered since.
    left = expires_at - now()
    return timedelta(0) < left <= timedelta(days=settings.geocoder_cache_days)


def _ask(text: str, settings: Settings) -> list[LatLon]:
    limits: dict[str, Any] = {"exactly_one": False, "limit": MOST_ANSWERS}
    limits |= {"bbox": INDONESIA} if settings.geocoder == "photon" else {"country_codes": "id"}
    try:
        *_offline, provider = geocoder_chain(settings)
        found: Sequence[Location] = provider.geocode(text, **limits) or []
        return [_point(location) for location in found if _in_indonesia(location)]
    except (GeopyError, LookupError, TypeError, ValueError, AttributeError) as error:
        # The kind alone: messages of faults quote what was asked or answered.
        kind = str(error) if isinstance(error, GeocoderServiceError) else "another answer"
        log.warning("geocoder", service=settings.geocoder, kind=kind[:20])
    raise AddressServiceError


def _point(location: Location) -> LatLon:
    return (round(float(location.latitude), 5), round(float(location.longitude), 5))


def _in_indonesia(location: Location) -> bool:
    (south, west), (north, east) = INDONESIA
    said = (location.raw.get("properties") or {}).get("countrycode", "ID")
    inside = south <= location.latitude <= north and west <= location.longitude <= east
    return inside and str(said).upper() == "ID"


def _as_choices(points: Sequence[LatLon]) -> Found:
    """The first point of each district: more of a street's parts are no choice for anybody."""
    by_area: dict[tuple[str, ...], PlaceChoice] = {}
    for latitude, longitude in points:
        choice = place_at(latitude, longitude)
        by_area.setdefault((choice.name, *choice.parents), choice)
    return Found(tuple(by_area.values()), How.ADDRESS, len(by_area))


def _doubtful(text: str) -> Found:
    return resolve(text, doubtful=True) or _area_of_address(text)


def _area_of_address(text: str) -> Found:
    """The place at the end of an address: *Jl. Melati 5, Cipayung* lies in some Cipayung."""
    spoken = [word for segment in read(text).segments for word in segment]
    for start in range(1, len(spoken)):
        found = resolve(" ".join(spoken[start:]), doubtful=False)
        if found:
            return Found(found.choices, How.PART, found.total)
    return NOTHING
