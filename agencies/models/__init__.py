"""The registry's tables, shaped on HSDS 3.2 plus what this field needs (design.md §4)."""

from agencies.models.agency import Agency, AgencyName, Status
from agencies.models.application import AgencyApplication
from agencies.models.contact import Contact, Language, Phone, PhoneKind
from agencies.models.entry import Cause, EntryChange, EntryNudge, FactCheck, FactReport
from agencies.models.generation import FindChange, FindGeneration
from agencies.models.geocoding import GeocodedAddress
from agencies.models.location import Accessibility, Location, LocationType, Precision
from agencies.models.night import NightsFree, NightsLooked
from agencies.models.offer import FindEntry, Offer
from agencies.models.place import Outline, Place, PlaceLevel, PlaceName, Population
from agencies.models.pool import Pool, PoolSex, PoolUnit
from agencies.models.schedule import HolidayRule, Schedule
from agencies.models.secret import MeetingPoint, SealedPlace
from agencies.models.service import (
    CostOption,
    RequiredDocument,
    Service,
    ServiceArea,
    ServiceNeed,
)

__all__ = [
    "Accessibility",
    "Agency",
    "AgencyApplication",
    "AgencyName",
    "Cause",
    "Contact",
    "CostOption",
    "EntryChange",
    "EntryNudge",
    "FactCheck",
    "FactReport",
    "FindChange",
    "FindEntry",
    "FindGeneration",
    "GeocodedAddress",
    "HolidayRule",
    "Language",
    "Location",
    "LocationType",
    "MeetingPoint",
    "NightsFree",
    "NightsLooked",
    "Offer",
    "Outline",
    "Phone",
    "PhoneKind",
    "Place",
    "PlaceLevel",
    "PlaceName",
    "Pool",
    "PoolSex",
    "PoolUnit",
    "Population",
    "Precision",
    "RequiredDocument",
    "Schedule",
    "SealedPlace",
    "Service",
    "ServiceArea",
    "ServiceNeed",
    "Status",
]
