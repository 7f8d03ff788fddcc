"""Say where a place is and who may know: the one way to set the address of a secret place."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass, replace

from sqlalchemy import select

from accounts.commands.audit import record
from accounts.rules.rights import Right
from agencies.commands.index import refresh_offers
from agencies.commands.registry.parts import change
from agencies.commands.secret.hiding import note_tier
from agencies.models import Location, Offer, Precision, SealedPlace
from agencies.models.records import LocationRecord
from agencies.queries.places import resolve
from agencies.queries.secret.around import names_around
from agencies.queries.secret.guarded import Owned, owned_place
from agencies.rules.secret import CELL_KM2, padded
from core.actors import Actor, Tier
from core.clock import now
from core.crypto import seal
from core.db import db
from core.errors import refused
from core.geometry import LatLon, centre_of, is_in_published, published_cell, resolution_of
from core.i18n import _
from core.rekeying import next_key

NOWHERE = _("Give the point, or the district when the point is not known")
NO_DISTRICT = _("No single district or city of that name is known. Write it with its city.")
NO_SUCH_SIZE = _("Choose one of the sizes")
CONFIRM_OPEN = _("Confirm that everybody of that tier may know this place from now on")
NO_ADDRESS = _("Write the address")


@dataclass(frozen=True, slots=True)
class Exact:
    """Where a place really is: what is sealed of a secret one. The point is in degrees."""

    address: str
    way: str = ""  # how to find the door
    latitude: float | None = None
    longitude: float | None = None

    @property
    def point(self) -> LatLon | None:
        """The point, if it is known."""
        if self.latitude is None or self.longitude is None:
            return None
        return (self.latitude, self.longitude)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a manager says of a place. `district` is looked up offline when there is no point."""

    tier: Tier
    exact: Exact
    district: str = ""
    resolution: int = 6
    may_be_open: bool = False  # they confirmed that a secret place ceases to be one


def say_place(actor: Actor, *, location_id: uuid.UUID, wanted: Wanted) -> None:
    """Command: where a place is, and who may know.

    Of a secret place everything is sealed, and its published cell changes only when the point
    left it or another size is asked for. `PermissionError` without the right for its agency in a
    strong session; `RefusedError` without an address, with neither point nor known district, or
    when a secret would be lifted without being confirmed.
    """
    owned = owned_place(actor, location_id, Right.EDIT_ENTRY)
    if owned is None:
        raise PermissionError
    before = owned.place
    if not wanted.exact.address.strip():
        raise refused("address", NO_ADDRESS)
    if before.tier is Tier.SECRET and wanted.tier is not Tier.SECRET and not wanted.may_be_open:
        raise refused("may_be_open", CONFIRM_OPEN)
    after = _secret(before, wanted) if wanted.tier is Tier.SECRET else _open(before, wanted)
    if after != before:
        change(Location, location_id, before, after, tier=after.tier.value, changed_at=now())
    note_tier(actor, location_id=location_id, before=before, after=after)
    if after.tier is Tier.SECRET:
        _seal(actor, owned, wanted.exact)
    db.session.expire_all()  # rows were written beside the session
    _refresh(location_id, before, after)


def _secret(before: LocationRecord, wanted: Wanted) -> LocationRecord:
    if wanted.resolution not in CELL_KM2:
        raise refused("resolution", NO_SUCH_SIZE)
    stays_secret = before.tier is Tier.SECRET
    taken = before.published_cell if stays_secret else None
    point = wanted.exact.point or _point_of_district(wanted.district)
    if point is None and taken is None:
        raise refused("point", NOWHERE)
    cell = _cell(taken, point, wanted.resolution)
    if cell == taken and stays_secret:
        return before
    # A name that everybody knew may tell where it is; that of a secret place never was known.
    hidden = replace(
        before,
        tier=Tier.SECRET,
        name=before.name if stays_secret else None,
        latitude=None,
        longitude=None,
    )
    return _with_names(_put(hidden, cell))


def _put(place: LocationRecord, cell: int) -> LocationRecord:
    latitude, longitude = centre_of(cell)
    return replace(place, latitude=latitude, longitude=longitude, published_cell=cell)


def _cell(taken: int | None, point: LatLon | None, resolution: int) -> int:
    """The cell that was taken, while it has the wanted size and the place is in it; else anew."""
    fits = taken is not None and resolution_of(taken) == resolution
    if taken is not None and fits and (point is None or is_in_published(point, taken)):
        return taken
    if point is None:
        raise refused("point", NOWHERE)  # another size is found from the place, not from its cell
    return published_cell(point, resolution)


def _open(before: LocationRecord, wanted: Wanted) -> LocationRecord:
    exact = wanted.exact
    point = exact.point or _point_of_district(wanted.district)
    if point is None:
        raise refused("point", NOWHERE)
    opened = replace(
        before,
        tier=wanted.tier,
        latitude=point[0],
        longitude=point[1],
        precision=Precision.POINT if exact.point else Precision.AREA,
        address=exact.address,
        transportation=exact.way or None,
        village=None,
        postal_code=None,
    )
    return _with_names(opened)


def _with_names(place: LocationRecord) -> LocationRecord:
    assert place.latitude is not None
    assert place.longitude is not None
    names = names_around((place.latitude, place.longitude))
    return replace(place, **asdict(names))


def _point_of_district(text: str) -> LatLon | None:
    """The middle of a district or city of the gazetteer; no geocoder is ever asked."""
    if not text.strip():
        return None
    found = resolve(text, doubtful=False)
    if not found.certain or not found[0].code:
        raise refused("district", NO_DISTRICT)
    return (found[0].latitude, found[0].longitude)


def _seal(actor: Actor, owned: Owned, exact: Exact) -> None:
    place = owned.location_id
    plain = padded(json.dumps(asdict(exact), ensure_ascii=False).encode())
    # A key of its own for each address: of the former one no backup tells where it was.
    sealed = seal(next_key(key_name(place)), plain, bound_to(place))
    db.session.merge(SealedPlace(location_id=place, sealed=sealed, sealed_at=now()))
    db.session.flush()  # what the session forgets next would else be forgotten with it
    record(actor, "address.sealed", agency_id=owned.agency_id, subject=("location", place))


def key_name(location_id: uuid.UUID) -> str:
    """The name of the key that opens a place's address."""
    return f"place/{location_id}"


def bound_to(location_id: uuid.UUID) -> str:
    """The row and field that a sealed address opens in, and nowhere else."""
    return f"sealed_place/{location_id}/sealed"


def _refresh(location_id: uuid.UUID, before: LocationRecord, after: LocationRecord) -> None:
    """Only when something changed that others see: the index counts its changes."""
    if after == before:
        return
    refresh_offers(_offers_at(location_id))


def _offers_at(location_id: uuid.UUID) -> list[uuid.UUID]:
    return list(db.session.scalars(select(Offer.id).where(Offer.location_id == location_id)))
