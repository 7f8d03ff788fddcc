"""Exports: the own CSV, which an import reads back exactly, and GeoJSON for maps."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from agencies.exchange.columns import NAMES
from agencies.exchange.neutral import neutralised
from agencies.exchange.spelling import spell_entry
from agencies.models.records import Entry


def csv_text(entries: Iterable[Entry]) -> str:
    """Entries in the own format: UTF-8 without a mark, commas, line feeds."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(NAMES)
    for entry in entries:
        cells = spell_entry(entry)
        writer.writerow([neutralised(cells[name]) for name in NAMES])
    return text.getvalue()


def geojson_text(entries: Iterable[Entry]) -> str:
    """Offers as a GeoJSON FeatureCollection; one without a position has the geometry null."""
    features = [_feature(entry) for entry in entries]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _feature(entry: Entry) -> dict[str, Any]:
    place = entry.location
    assert place is not None  # exports are of offers
    has_point = place.latitude is not None and place.longitude is not None
    return {
        "type": "Feature",
        "id": f"{entry.service.key}@{place.key}",
        "geometry": {"type": "Point", "coordinates": [place.longitude, place.latitude]}
        if has_point
        else None,
        "properties": {
            "precision": place.precision.value if place.precision else None,
            "tier": place.tier.word,
            "agency": entry.agency.name,
            "agency_key": entry.agency.key,
            "agency_type": entry.agency.type,
            "service": entry.service.name,
            "service_key": entry.service.key,
            "status": entry.service.status.value,
            "needs": list(entry.service.needs),
            "place": place.name,
            "location_key": place.key,
            "location_type": place.type.value,
            "district": place.district,
            "city": place.city,
            "sample": entry.agency.is_sample,
        },
    }
