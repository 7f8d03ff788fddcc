"""Which fields an HSDS object speaks of: those whose property is there.

A list endpoint gives shortened services; what they leave out is not denied.
"""

from __future__ import annotations

from agencies.exchange.hsds.source import Source
from agencies.models.records import AgencyRecord, LocationRecord, OfferRecord, ServiceRecord

# Where a place is: said whole or not at all.
PLACED = frozenset(
    {"latitude", "longitude", "precision", "area_code", "address", "village", "district", "city",
     "province", "postal_code"}
)  # fmt: skip
# Fields by the property that says them, for each kind of record.
_FIELDS: dict[type, dict[str, str]] = {
    AgencyRecord: {
        "name": "name",
        "alternate_name": "short_name",
        "description": "description",
        "email": "email",
        "website": "website",
        "legal_status": "legal_status",
        "year_incorporated": "year_incorporated",
        "phones": "phones",
        "contacts": "contacts",
    },
    ServiceRecord: {
        "name": "name",
        "alternate_name": "alternate_name",
        "status": "status",
        "description": "description",
        "url": "url",
        "email": "email",
        "application_process": "application_process",
        "fees_description": "fees",
        "eligibility_description": "eligibility_description",
        "interpretation_services": "interpretation_services",
        "alert": "alert",
        "minimum_age": "minimum_age",
        "maximum_age": "maximum_age",
        "attributes": "needs",
        "service_areas": "areas",
        "required_documents": "documents",
        "cost_options": "costs",
        "languages": "languages",
        "phones": "phones",
        "contacts": "contacts",
        "schedules": "schedules",
    },
    LocationRecord: {
        "name": "name",
        "location_type": "type",
        "transportation": "transportation",
        "accessibility": "accessibility",
        "languages": "languages",
        "phones": "phones",
        "contacts": "contacts",
        "schedules": "schedules",
    },
    OfferRecord: {
        "description": "description",
        "phones": "phones",
        "contacts": "contacts",
        "schedules": "schedules",
    },
}
_OF_OFFERS = {"capacities": "pools", "assured_date": "verified_at", "assurer_email": "verified_by"}


def said_by(kind: type, source: Source, *more: str) -> frozenset[str]:
    """The fields of a record that an object says, `extra` among them."""
    found = {field for name, field in _FIELDS[kind].items() if name in source.given}
    return frozenset({"extra", *found, *more})


def said_of_offers(service: Source) -> frozenset[str]:
    """What a service says of its offers."""
    return frozenset(field for name, field in _OF_OFFERS.items() if name in service.given)
