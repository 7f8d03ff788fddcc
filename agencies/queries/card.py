"""What a page shows of an offer: plain values, kept beside what the rules read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agencies.models import Location, LocationType, Offer, Phone, PhoneKind, Precision
from agencies.queries.entries.dates import NEVER, FactDates, dates_of
from agencies.queries.secret.meeting import Meeting, meetings_for
from core.actors import Tier


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """The face of an offer, one for each time that it was read.

    Of a secret place it holds nothing but the published point.
    """

    service_id: str
    service_name: str
    agency_id: str
    agency_name: str
    agency_type: str
    agency_mou_until: date | None
    is_sample: bool
    tier: str
    precision: str
    place: str  # the address as far as it may be said, else the district
    area: str | None  # code of the area of the published point
    phones: tuple[str, ...]
    whatsapp: str | None
    night_decider: str | None
    documents: tuple[str, ...]
    needs_medical_clearance: bool | None
    alert: str | None
    verified_at: date | None
    source: str | None
    meetings: tuple[Meeting, ...] = ()  # of a secret place: where the way ends instead
    dates: FactDates = NEVER


def card_of(offer: Offer) -> Card:
    """The card of an offer whose relations are loaded."""
    service, agency = offer.service, offer.service.agency
    phones = offer.phones or service.phones or agency.phones
    return Card(
        service_id=str(service.id),
        service_name=service.name,
        agency_id=str(agency.id),
        agency_name=agency.name,
        agency_type=agency.type,
        agency_mou_until=agency.mou_until,
        is_sample=agency.is_sample,
        tier=Tier(offer.location.tier).word,
        precision=precision_word(offer.location),
        place=spell_place(offer.location),
        area=offer.location.area_code,
        phones=tuple(p.number for p in phones if p.kind is not PhoneKind.FAX),
        whatsapp=_whatsapp(phones),
        night_decider=service.night_decider,
        documents=tuple(d.document for d in service.documents),
        needs_medical_clearance=service.needs_medical_clearance,
        alert=service.alert,
        verified_at=offer.verified_at,
        dates=dates_of(offer),
        source=agency.source,
        meetings=meetings_for(offer),
    )


def precision_word(location: Location) -> str:
    """`point`, `area` or `hidden`: what the shown position means."""
    if location.tier == Tier.SECRET.value:
        return Precision.HIDDEN.value
    return (location.precision or Precision.POINT).value


def spell_place(location: Location) -> str:
    """The address as far as it may be said."""
    if location.type is LocationType.VIRTUAL:
        return ""
    parts = [location.address, location.village, location.district, location.city]
    seen: dict[str, None] = {}
    for part in parts:
        if part:
            seen.setdefault(part)
    return ", ".join(seen)


def _whatsapp(phones: list[Phone]) -> str | None:
    return next((p.number for p in phones if p.kind is PhoneKind.WHATSAPP), None)
