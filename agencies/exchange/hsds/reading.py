"""HSDS services as records: an agency, a service, and each place with what is offered there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from agencies.exchange import messages as says
from agencies.exchange.coordinates import check_point
from agencies.exchange.hsds import parts
from agencies.exchange.hsds.capacities import pools
from agencies.exchange.hsds.documents import BAD_LINE, check_values, read_documents
from agencies.exchange.hsds.source import Object, Owner, Source
from agencies.exchange.mapping import HsdsRules
from agencies.exchange.messages import CellError, Notes, quoted
from agencies.exchange.parsed import Context, Parsed, Reading
from agencies.exchange.placing import put
from agencies.models import LocationType, Precision, Status
from agencies.models.records import (
    ABOUT,
    AgencyRecord,
    Entry,
    LocationRecord,
    OfferRecord,
    ServiceRecord,
)
from agencies.rules.needs import all_needs
from core.actors import Tier

OUR_TAXONOMY = "rujukan"  # how the name of a taxonomy begins whose codes are our needs

# HSDS has no word for these: an import of it leaves them as they are known.
_UNSAID: dict[type, frozenset[str]] = {
    AgencyRecord: frozenset(
        {"type", "status", "names", "mou", "mou_until", "promised_response_minutes", "is_sample",
         "source"}
    ),
    ServiceRecord: frozenset(
        {"takes_female", "takes_male", "takes_boys", "takes_other", "takes_children", "oldest_boy",
         "takes_foreigners", "takes_without_id", "night_intake", "night_decider", "needs_letter",
         "needs_medical_clearance", "longest_stay_days"}
    ),
    LocationRecord: frozenset({"tier", "timezone"}),
    OfferRecord: frozenset(
        {"access_mobility", "access_hearing", "access_sight", "access_intellectual",
         "access_psychosocial", "access_notes"}
    ),
}  # fmt: skip


def read_hsds(path: Path, rules: HsdsRules, context: Context) -> Reading:
    """The services of a file. `RefusedError` when there are none."""
    documents = read_documents(path)
    return Reading(_each(documents, rules, context), total=len(documents))


def _each(documents: list[Any], rules: HsdsRules, context: Context) -> Iterator[Parsed]:
    for number, document in enumerate(documents, start=1):
        parsed = Parsed(number, "", guarded=rules.tier == Tier.SECRET.word)
        if document is BAD_LINE:
            parsed.refuse("record", says.BROKEN_LINE)
        elif not isinstance(document, dict):
            parsed.refuse("record", says.NOT_AN_OBJECT)
        else:
            _read(parsed, document, rules, context)
        if parsed.guarded:
            parsed.notes.hide()
        yield parsed


def _read(parsed: Parsed, document: Object, rules: HsdsRules, context: Context) -> None:
    try:
        check_values(document)
    except CellError as error:
        parsed.refuse("record", error.message, **error.values)
        return
    parsed.key = quoted(document.get("id", ""))
    entries = _Service(document, parsed, rules, context).entries()
    if not parsed.notes.refused:
        parsed.entries = entries


def _said(kind: type, *spoken: str) -> frozenset[str]:
    names = {field.name for field in fields(kind)} - ABOUT
    return frozenset(names - _UNSAID[kind] | set(spoken))


class _Service:
    def __init__(
        self, document: Object, parsed: Parsed, rules: HsdsRules, context: Context
    ) -> None:
        self._parsed, self._rules, self._context = parsed, rules, context
        self._notes: Notes = parsed.notes
        self._source = Source(document, "", self._notes)
        self._owner = Owner(self._source, self._source.key())
        self._tier = Tier.named(rules.tier)

    def entries(self) -> tuple[Entry, ...]:
        """The service at each of its places; alone when it has none. Empty when refused."""
        source = self._source
        agency = self._agency()
        places = [self._place(part) for part in source.each("service_at_locations")]
        offers = [offer for _, offer, _ in places]
        pooled = pools(
            source, self._owner, offers[0] if len(offers) == 1 else None, self._context.clock.now
        )
        verified = self._verified(bool(places))
        if agency is None or self._notes.refused:
            return ()
        service = self._service(agency.key)
        if not service.needs:
            self._notes.warn("attributes", says.NO_NEEDS)
        if not places:
            self._notes.warn("service_at_locations", says.NO_PLACE)
            return (Entry(agency, service),)
        made = []
        for location, owner, offer in places:
            offer = replace(
                offer, service_key=service.key, pools=pooled, extra=self._extra(owner), **verified
            )
            made.append(Entry(agency, service, location, offer))
        return () if self._notes.refused else tuple(made)

    def _extra(self, owner: Owner) -> Object:
        return {} if self._parsed.guarded else owner.extra()

    def _verified(self, has_places: bool) -> dict[str, Any]:
        if not has_places:
            return {}
        return {
            "verified_at": self._source.day("assured_date"),
            "verified_by": self._source.text("assurer_email"),
        }

    def _agency(self) -> AgencyRecord | None:
        source = self._source.inner("organization")
        if source is None:
            self._notes.refuse("organization", says.NO_AGENCY)
            return None
        source.drop("organization_id")
        owner = Owner(source, source.key())
        name = source.text("name")
        if not name:
            self._notes.refuse(source.where("name"), says.MISSING)
        agency = AgencyRecord(
            key=owner.key,
            id=owner.id,
            name=name or "",
            type=self._rules.agency_type,
            short_name=source.text("alternate_name"),
            description=source.text("description"),
            email=source.text("email"),
            website=source.text("website"),
            legal_status=source.text("legal_status"),
            year_incorporated=source.whole("year_incorporated"),
            phones=parts.phones(owner, source),
            contacts=parts.contacts(owner, source),
            said=_said(AgencyRecord),
        )
        self._keep_other_places(owner, source)
        return replace(agency, extra=owner.extra())

    def _keep_other_places(self, owner: Owner, source: Source) -> None:
        """Places of the agency where none of its services is: kept, unless places are guarded."""
        source.drop("locations")
        offered = {
            (part.get("location") or {}).get("id")
            for part in self._source.given.get("service_at_locations") or []
            if isinstance(part, dict) and isinstance(part.get("location") or {}, dict)
        }
        others = [part for part in source.each("locations") if part.given.get("id") not in offered]
        for part in others:
            if (
                self._tier is Tier.PUBLIC
                and part.given.get("id") not in self._context.secret_places
            ):
                owner.keep_whole("locations", part)
            else:
                self._notes.warn("organization.locations", says.PLACES_DROPPED)

    def _service(self, agency_key: str) -> ServiceRecord:
        source, owner = self._source, self._owner
        source.drop("organization_id")
        status = source.text("status") or Status.ACTIVE.value
        if status not in tuple(Status):
            words = ", ".join(Status)
            self._notes.refuse("status", says.UNKNOWN_WORD, value=quoted(status), words=words)
            status = Status.ACTIVE.value
        name = source.text("name")
        if not name:
            self._notes.refuse("name", says.MISSING)
        service = ServiceRecord(
            key=owner.key,
            id=owner.id,
            agency_key=agency_key,
            name=name or "",
            alternate_name=source.text("alternate_name"),
            status=Status(status),
            description=source.text("description"),
            url=source.text("url"),
            email=source.text("email"),
            application_process=source.text("application_process"),
            fees=source.text("fees_description"),
            eligibility_description=source.text("eligibility_description"),
            interpretation_services=source.text("interpretation_services"),
            alert=source.text("alert"),
            minimum_age=self._age("minimum_age"),
            maximum_age=self._age("maximum_age"),
            needs=self._needs(),
            areas=parts.areas(owner, source),
            documents=parts.documents(owner, source),
            costs=parts.costs(owner, source),
            languages=parts.languages(owner, source),
            phones=parts.phones(owner, source),
            contacts=parts.contacts(owner, source),
            schedules=parts.schedules(owner, source, self._context.timezone),
            said=_said(ServiceRecord),
        )
        if None not in (service.minimum_age, service.maximum_age) and (
            (service.minimum_age or 0) > (service.maximum_age or 0)
        ):
            self._notes.refuse("minimum_age", says.AGES_CONTRADICT)
        return replace(service, extra=owner.extra())

    def _age(self, name: str) -> int | None:
        age = self._source.whole(name)
        if age is not None and not 0 <= age <= 120:
            self._notes.refuse(name, says.AGE_RANGE)
            return None
        return age

    def _needs(self) -> tuple[str, ...]:
        """Needs named by our own codes, and by what the mapping says of other terms."""
        found: dict[str, None] = {}
        for attribute in self._source.each("attributes"):
            term = attribute.inner("taxonomy_term")
            attribute.keep("taxonomy_term")
            code = str(term.given.get("code") or "") if term else ""
            if term and code in all_needs() and _is_ours(term.given):
                found[code] = None
                self._owner.keep_rest(f"need:{code}", attribute)
                continue
            self._owner.keep_whole("attributes", attribute)
            name = str(term.given.get("name") or "") if term else ""
            for known in (code, name):
                found.update(dict.fromkeys(self._rules.needs.get(known, ())))
        return tuple(found)

    def _place(self, source: Source) -> tuple[LocationRecord, Owner, OfferRecord]:
        owner = Owner(source, source.key())
        source.drop("service_id", "location_id")
        inner = source.inner("location")
        if inner is None:
            self._notes.refuse(source.where("location"), says.NO_PLACE_GIVEN)
            inner = Source({"id": "missing"}, source.where("location"), Notes())
        location = self._location(inner)
        offer = OfferRecord(
            service_key=self._owner.key,
            location_key=location.key,
            id=owner.id,
            description=source.text("description"),
            phones=parts.phones(owner, source),
            contacts=parts.contacts(owner, source),
            schedules=parts.schedules(owner, source, location.timezone),
            said=_said(OfferRecord),
        )
        return location, owner, offer

    def _location(self, source: Source) -> LocationRecord:
        owner = Owner(source, source.key())
        source.drop("organization_id")
        guarded = self._tier is Tier.SECRET or owner.key in self._context.secret_places
        self._parsed.guarded = self._parsed.guarded or guarded
        kind = source.text("location_type") or LocationType.PHYSICAL.value
        if kind not in tuple(LocationType):
            words = ", ".join(LocationType)
            self._notes.refuse(
                source.where("location_type"), says.UNKNOWN_WORD, value=quoted(kind), words=words
            )
            kind = LocationType.PHYSICAL.value
        record = LocationRecord(
            key=owner.key,
            id=owner.id,
            name=source.text("name"),
            type=LocationType(kind),
            tier=Tier.SECRET if guarded else self._tier,
            timezone=self._context.timezone,
            transportation=source.text("transportation"),
            accessibility=parts.accessibilities(owner, source),
            schedules=parts.schedules(owner, source, self._context.timezone),
            phones=parts.phones(owner, source),
            contacts=parts.contacts(owner, source),
            languages=parts.languages(owner, source),
            **self._point(source),
            **_address(owner, source),
        )
        record = put(
            replace(record, extra=owner.extra()),
            self._context.gazetteer,
            self._notes,
            never_by_name=False,
        )
        spoken = ("tier",) if self._tier is not Tier.PUBLIC else ()
        return replace(record, said=_said(LocationRecord, *spoken))

    def _point(self, source: Source) -> dict[str, Any]:
        latitude, longitude = source.number("latitude"), source.number("longitude")
        if latitude is None and longitude is None:
            return {}
        notes = Notes()
        if latitude is None or longitude is None:
            notes.refuse("latitude", says.HALF_A_POINT)
            point = None
        else:
            point = check_point(latitude, longitude, notes)
        for trouble in notes.refused:
            self._notes.refuse(source.where(trouble.field), trouble.message)
        if point is None:
            return {}
        return {"latitude": point[0], "longitude": point[1], "precision": Precision.POINT}


def _is_ours(term: Object) -> bool:
    """Whether a term is of no named taxonomy, or of ours."""
    detail = term.get("taxonomy_detail")
    named = term.get("taxonomy") or (detail.get("name") if isinstance(detail, dict) else None)
    return not named or str(named).strip().lower().startswith(OUR_TAXONOMY)


def _address(owner: Owner, source: Source) -> dict[str, Any]:
    """The first address as columns; what is left of it, and all others, stay with the place."""
    columns: dict[str, Any] = {}
    for part in source.each("addresses"):
        if columns:
            owner.keep_whole("addresses", part)
            continue
        columns = {
            "address": part.text("address_1"),
            "village": part.text("address_2"),
            "district": part.text("region"),
            "city": part.text("city"),
            "province": part.text("state_province"),
            "postal_code": part.text("postal_code"),
        }
        part.drop("location_id")
        owner.keep_rest("address", part)
    return columns
