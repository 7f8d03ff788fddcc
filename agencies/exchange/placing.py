"""Where a place is put: its point, what the point means, the area around it.

Everything here is computed from what will be stored. A `LocationRecord` of the secret tier holds
no more than the centre of its cell, so the names and the area of a secret place are those around
that centre and no check can depend on where it really is.
"""

from __future__ import annotations

from dataclasses import replace

from agencies.exchange import messages as says
from agencies.exchange.gazetteer import DISTRICT_CODE, Gazetteer
from agencies.exchange.messages import Notes
from agencies.models import LocationType, Precision
from agencies.models.records import LocationRecord
from core.actors import Tier


def put(
    record: LocationRecord, gazetteer: Gazetteer, notes: Notes, *, never_by_name: bool
) -> LocationRecord:
    """The record at its place.

    Without a point it gets the middle of the narrowest area that it names, unless `never_by_name`.
    """
    if record.latitude is None and record.type is LocationType.PHYSICAL and not never_by_name:
        record = _put_by_name(record, gazetteer, notes)
    if record.latitude is None or record.longitude is None:
        # A district is smaller than the cell of a secret place: without a cell no district.
        district = None if record.tier is Tier.SECRET else record.district
        return replace(record, precision=None, area_code=None, district=district)
    point = (record.latitude, record.longitude)
    if record.tier is Tier.SECRET:
        return _with_names_around(record, gazetteer)
    if record.precision is Precision.POINT:
        gazetteer.check_district(record, point, notes)
    return replace(record, area_code=_area_code(record, gazetteer))


def _put_by_name(record: LocationRecord, gazetteer: Gazetteer, notes: Notes) -> LocationRecord:
    named = gazetteer.place_of(record)
    if named is None:
        if gazetteer.is_loaded and (record.village or record.district or record.city):
            notes.warn("district", says.UNKNOWN_PLACE)
        return record
    return replace(
        record, latitude=named.latitude, longitude=named.longitude, precision=Precision.AREA
    )


def _area_code(record: LocationRecord, gazetteer: Gazetteer) -> str | None:
    assert record.latitude is not None
    assert record.longitude is not None
    point = (record.latitude, record.longitude)
    named = gazetteer.place_of(record) if record.precision is Precision.AREA else None
    # The middle of a city lies in some district, but the place need not.
    if named and point == (named.latitude, named.longitude):
        return named.code[:DISTRICT_CODE] or None
    return gazetteer.area_at(point)


def _with_names_around(record: LocationRecord, gazetteer: Gazetteer) -> LocationRecord:
    assert record.latitude is not None
    assert record.longitude is not None
    centre = (record.latitude, record.longitude)
    if not gazetteer.is_loaded:
        return replace(record, district=None, area_code=None)
    area = gazetteer.names_at(centre)
    return replace(
        record,
        district=area.district,
        city=area.city,
        province=area.province,
        area_code=gazetteer.area_at(centre),
    )
