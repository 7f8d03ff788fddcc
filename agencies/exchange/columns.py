"""The columns of the own format: the one list from which the reader, the export, the template to
download and docs/import.md come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agencies.exchange import cells
from agencies.exchange.cells import Kind, word
from agencies.exchange.phones import read_phones, spell_phones
from agencies.models import LocationType, Status
from agencies.models.records import (
    AgencyRecord,
    LocationRecord,
    OfferRecord,
    ServiceRecord,
)
from core.i18n import _

AGENCY, SERVICE, LOCATION, OFFER = AgencyRecord, ServiceRecord, LocationRecord, OfferRecord


@dataclass(frozen=True, slots=True)
class Column:
    """A column: which field of which record it says, and what people must know of it.

    `kind` is None where several columns make one field together; `rows` reads those.
    """

    name: str
    record: type[Any]
    field: str
    kind: Kind | None
    meaning: str  # a message id
    example: str = ""
    required: bool = False
    filled: bool = False  # an empty cell is refused


PHONES = Kind(read_phones, spell_phones)
YES_NO_MEANING = _("yes, no, or empty for not known")


def _text(name: str, record: type[Any], field: str, meaning: str, example: str = "") -> Column:
    return Column(name, record, field, cells.TEXT, meaning, example)


def _yes_no(name: str, record: type[Any], meaning: str, example: str = "") -> Column:
    return Column(name, record, name, cells.YES_NO, meaning, example)


_AGENCY = (
    Column(
        "agency_key", AGENCY, "key", cells.KEY,
        _("Key of the agency, unique and lasting; letters, digits and . _ : -"),
        "rumah-aman-melati", required=True, filled=True,
    ),
    Column(
        "agency_name", AGENCY, "name", cells.TEXT, _("Name of the agency"),
        "Rumah Aman Melati Contoh", required=True, filled=True,
    ),
    _text("agency_short_name", AGENCY, "short_name", _("Short name"), "RA Melati"),
    Column(
        "agency_type", AGENCY, "type", cells.TYPE,
        _("Type of agency, a code of the list below"), "SHL", required=True, filled=True,
    ),
    Column(
        "agency_names_before", AGENCY, "names", cells.NAMES,
        _("Earlier names with their dates, between semicolons"),
        "Pondok Melati (2004-01-01..2018-12-31)",
    ),
    Column(
        "agency_status", AGENCY, "status", word(Status),
        _("active, inactive, defunct or temporarily closed; empty is active"), "active",
    ),
    _text("agency_description", AGENCY, "description", _("What the agency is")),
    _text("agency_email", AGENCY, "email", _("E-mail address"), "piket@melati.example"),
    _text("agency_website", AGENCY, "website", _("Web site"), "https://melati.example/"),
    Column(
        "agency_phones", AGENCY, "phones", PHONES,
        _("Telephone numbers between semicolons; whatsapp, sms or fax in brackets behind"),
        "021-5550123; 0812-0000-0001 (whatsapp)",
    ),
    _text("agency_mou", AGENCY, "mou", _("Number of the memorandum of understanding")),
    Column("agency_mou_until", AGENCY, "mou_until", cells.DATE, _("Its last day"), "2027-12-31"),
    Column(
        "agency_response_minutes", AGENCY, "promised_response_minutes", cells.COUNT,
        _("Minutes within which the agency promises to answer"), "30",
    ),
)  # fmt: skip

_SERVICE = (
    Column(
        "service_key", SERVICE, "key", cells.KEY,
        _("Key of the service, unique and lasting"), "melati-malam", required=True, filled=True,
    ),
    Column(
        "service_name", SERVICE, "name", cells.TEXT, _("Name of the service"),
        "Rumah aman darurat", required=True, filled=True,
    ),
    _text("service_alternate_name", SERVICE, "alternate_name", _("Another name for it")),
    Column(
        "service_status", SERVICE, "status", word(Status),
        _("active, inactive, defunct or temporarily closed; empty is active"), "active",
    ),
    _text("service_description", SERVICE, "description", _("What the service does")),
    Column(
        "needs", SERVICE, "needs", cells.NEEDS,
        _("Codes of the needs that it meets, between spaces"), "S1 S4", required=True,
    ),
    _text("application_process", SERVICE, "application_process", _("How one gets in")),
    _text("fees", SERVICE, "fees", _("What it costs"), "Gratis"),
    Column(
        "documents", SERVICE, "documents", cells.DOCUMENTS,
        _("Papers that are asked for, between semicolons"), "KTP bila ada; surat pengantar",
    ),
    Column(
        "service_area", SERVICE, "areas", cells.AREAS,
        _("Whom it serves by where they are: gazetteer codes, or ID for all Indonesia"), "31.75",
    ),
    Column(
        "languages", SERVICE, "languages", None,
        _("Languages that the staff speak: ISO 639 codes between spaces"), "id jv",
    ),
    Column(
        "interpreters", SERVICE, "languages", None,
        _("Languages for which there is an interpreter"), "en",
    ),
    _yes_no("takes_female", SERVICE, _("Takes women and girls"), "yes"),
    _yes_no("takes_male", SERVICE, _("Takes men and boys"), "no"),
    _yes_no("takes_boys", SERVICE, _("Takes boys under 18 on their own; empty is as takes_male")),
    _yes_no("takes_other", SERVICE, _("Takes people of another sex")),
    Column(
        "minimum_age", SERVICE, "minimum_age", cells.AGE, _("Youngest age in years"), "0",
    ),
    Column(
        "maximum_age", SERVICE, "maximum_age", cells.AGE, _("Oldest age in years"), "120",
    ),
    _yes_no("takes_children", SERVICE, _("Takes children together with their parent"), "yes"),
    Column(
        "oldest_boy", SERVICE, "oldest_boy", cells.AGE,
        _("Age in years up to which a boy is admitted with his mother"), "12",
    ),
    _yes_no("takes_foreigners", SERVICE, _("Takes foreign nationals"), "yes"),
    _yes_no("takes_without_id", SERVICE, _("Takes people without papers"), "yes"),
    _yes_no("night_intake", SERVICE, _("Takes people in at night and at weekends"), "yes"),
    _text(
        "night_decider", SERVICE, "night_decider",
        _("Who decides then: a role, never a name"), "petugas piket",
    ),
    _yes_no("needs_letter", SERVICE, _("Asks for a letter of referral first"), "no"),
    _yes_no("needs_medical_clearance", SERVICE, _("Asks for a medical clearance first"), "no"),
)  # fmt: skip

_ACCESS = (
    _yes_no("access_mobility", OFFER, _("Accessible with a wheelchair"), "yes"),
    _yes_no("access_hearing", OFFER, _("Accessible for deaf people")),
    _yes_no("access_sight", OFFER, _("Accessible for blind people")),
    _yes_no("access_intellectual", OFFER, _("Accessible for people with intellectual disability")),
    _yes_no("access_psychosocial", OFFER, _("Accessible for people with psychosocial disability")),
    _text("access_notes", OFFER, "access_notes", _("Accessibility in words")),
    Column(
        "longest_stay_days", SERVICE, "longest_stay_days", cells.COUNT,
        _("Longest stay in days"), "14",
    ),
)  # fmt: skip

_LOCATION = (
    Column(
        "location_key", LOCATION, "key", cells.KEY,
        _("Key of the place, unique and lasting"), "melati", required=True, filled=True,
    ),
    _text("location_name", LOCATION, "name", _("Name of the place"), "Rumah Aman Melati"),
    Column(
        "location_type", LOCATION, "type", word(LocationType),
        _("physical, virtual (by telephone or net) or postal; empty is physical"), "physical",
    ),
    Column(
        "tier", LOCATION, "tier", cells.TIER,
        _("Who may know: public, network or secret; empty is as before, at first public. Of a"
          " secret place only the centre of its cell is kept, no address"), "public",
    ),
    _text("address", LOCATION, "address", _("Street and number"), "Jl. Melati Contoh No. 1"),
    _text("postal_code", LOCATION, "postal_code", _("Postal code")),
    _text("village", LOCATION, "village", _("Kelurahan or desa")),
    _text("district", LOCATION, "district", _("Kecamatan"), "Cipayung"),
    _text("city", LOCATION, "city", _("Kota or kabupaten"), "Jakarta Timur"),
    _text("province", LOCATION, "province", _("Province"), "DKI Jakarta"),
    Column(
        "latitude", LOCATION, "latitude", None,
        _("Latitude in degrees (WGS 84), south negative"), "-6.32",
    ),
    Column(
        "longitude", LOCATION, "longitude", None, _("Longitude in degrees (WGS 84)"), "106.9",
    ),
    Column(
        "precision", LOCATION, "precision", None,
        _("What the position means: point (the door), area (the middle of a village or district),"
          " hidden (a secret place), none (not known, and not to be guessed from the district)"),
        "point",
    ),
    Column(
        "timezone", LOCATION, "timezone", cells.TIMEZONE,
        _("Time zone of the place"), "Asia/Jakarta",
    ),
    _text("transportation", LOCATION, "transportation", _("How one gets there")),
)  # fmt: skip

_OFFER = (
    Column("phones", OFFER, "phones", PHONES, _("Telephone numbers of the service at this place")),
    Column(
        "hours", OFFER, "schedules", None,
        _("Opening hours in OpenStreetMap syntax, the same every week"), "24/7",
    ),
    Column(
        "holidays", OFFER, "schedules", None,
        _("open or closed on public holidays; empty for not known"), "open",
    ),
    Column(
        "places", OFFER, "pools", None,
        _("Pools of places with their figures and when these were said"),
        "Kamar perempuan: sex=female age=18-120 unit=person capacity=12 occupied=9 held=0 closed=0"
        " at=2026-11-20T18:00+07:00; Keluarga: sex=any age=0-120 unit=family capacity=4 occupied=2"
        " at=2026-11-20T18:00+07:00",
    ),
    Column(
        "verified_at", OFFER, "verified_at", cells.DATE,
        _("Day on which somebody last verified all this"), "2026-11-04",
    ),
    _text(
        "verified_by", OFFER, "verified_by", _("Who: a role or an organisation"), "kepala sentra",
    ),
    Column(
        "sample", AGENCY, "is_sample", cells.YES_NO, _("yes for fictional data"), "yes",
    ),
    _text("source", AGENCY, "source", _("Where all this is from")),
)  # fmt: skip

COLUMNS: tuple[Column, ...] = (*_AGENCY, *_SERVICE, *_ACCESS, *_LOCATION, *_OFFER)
BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}
NAMES: tuple[str, ...] = tuple(BY_NAME)
REQUIRED: tuple[str, ...] = tuple(column.name for column in COLUMNS if column.required)
POSITION = frozenset({"latitude", "longitude"})


def columns_of(record: type[Any]) -> tuple[Column, ...]:
    """The columns that say something of one kind of record."""
    return tuple(column for column in COLUMNS if column.record is record)
