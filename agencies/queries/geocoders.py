"""The geocoders, all with geopy's interface: the gazetteer, Nominatim, Photon."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderServiceError
from geopy.geocoders import Nominatim, Photon
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point

from agencies.queries.places import PlaceChoice, area_at, place, resolve
from agencies.queries.remote import USER_AGENT, RemoteError, get_json
from core.settings import Settings

# At DEBUG geopy logs addresses with everything that was asked in them.
logging.getLogger("geopy").setLevel(logging.WARNING)


class OfflineGazetteer(Geocoder):
    """The gazetteer with geopy's interface. It needs an app context, and asks nobody."""

    def __init__(self) -> None:
        super().__init__(user_agent=USER_AGENT, adapter_factory=_Adapter)

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        limit: int = 20,
        timeout: Any = DEFAULT_SENTINEL,
    ) -> Location | list[Location] | None:
        """The place of a name, or None; with `exactly_one=False` all places of that name.

        Unlike other geocoders it does not take the first of several: that would be a guess.
        """
        found = resolve(query, limit, doubtful=False)
        if exactly_one:
            return _location(found.only) if found.only else None
        return [_location(choice) for choice in found] or None

    def reverse(
        self, query: Any, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL
    ) -> Location | list[Location] | None:
        """The district around a point (anything that geopy understands), or None."""
        point = Point(query)
        code = area_at(point.latitude, point.longitude)
        area = place(code) if code else None
        if area is None:
            return None
        return _location(area) if exactly_one else [_location(area)]


def _location(choice: PlaceChoice) -> Location:
    raw = {"code": choice.code, "level": choice.level, "parents": choice.parents}
    return Location(choice.full_name, Point(choice.latitude, choice.longitude), raw)


class _Adapter(BaseSyncAdapter):
    """geopy's requests by way of ours: one limit for all of it, no redirects, no long answers."""

    def __init__(self, *, proxies: Any, ssl_context: Any) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        """The answer. Raises `GeocoderServiceError` without the address in its message."""
        try:
            return get_json(url, timeout=timeout, headers=headers)
        except RemoteError as error:
            raise GeocoderServiceError(str(error)) from None

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """Neither geocoder asks for text."""
        raise GeocoderServiceError("only JSON is understood")


def geocoder_chain(settings: Settings) -> tuple[Geocoder, ...]:
    """The geocoders in the order in which they are asked."""
    if settings.geocoder == "none":
        return (OfflineGazetteer(),)
    address = urlsplit(settings.geocoder_url)
    kind = {"nominatim": Nominatim, "photon": Photon}[settings.geocoder]
    provider = kind(
        scheme=address.scheme,
        domain=address.netloc + address.path,
        timeout=settings.geocoder_timeout,
        user_agent=USER_AGENT,
        adapter_factory=_Adapter,
    )
    return (OfflineGazetteer(), provider)
