"""What is known after a source has spoken."""

from __future__ import annotations

from dataclasses import fields, replace

from agencies.models.records.parts import PARTS, Extra, PoolRecord
from agencies.models.records.whole import ABOUT, LocationRecord, OfferRecord, R


def merged(known: R, given: R) -> R:
    """What is known after a source has spoken: its word where it said something.

    A record keeps the key by which it is known: a source may have found it by its id.
    """
    names = {f.name for f in fields(known)} - ABOUT - {"key"}
    said = names if given.said is None else names & given.said
    news = {name: getattr(given, name) for name in said}
    if "extra" in news:
        news["extra"] = _merged_extra(known.extra, given.extra)
    if isinstance(known, OfferRecord) and "pools" in news:
        news["pools"] = merged_pools(known.pools, news["pools"])
    if isinstance(known, LocationRecord):
        news.pop("published_cell", None)  # the one that was taken stays while the place is in it
        return _with_names_of_the_cell(known, given, replace(known, **news))
    return replace(known, **news)


def _with_names_of_the_cell(
    known: LocationRecord, given: LocationRecord, wanted: LocationRecord
) -> LocationRecord:
    """A source's names are those around its own cell. In a wider cell they would narrow it down."""
    stays = known.published_cell is not None and known.published_cell == wanted.published_cell
    if not stays or given.published_cell in (None, known.published_cell):
        return wanted
    return replace(
        wanted,
        district=known.district,
        city=known.city,
        province=known.province,
        area_code=known.area_code,
    )


def _merged_extra(known: Extra, given: Extra) -> Extra:
    """A source that leaves a property out does not deny it; parts are told apart by their ids."""
    parts = {**known.get(PARTS, {}), **given.get(PARTS, {})}
    return {**known, **given, **({PARTS: parts} if parts else {})}


def merged_pools(
    known: tuple[PoolRecord, ...], given: tuple[PoolRecord, ...]
) -> tuple[PoolRecord, ...]:
    """Pools after a file has spoken. Pools are the same when their labels are.

    Places that the system holds stay held whatever a file says, and of two figures the younger
    one is believed: last month's file must not undo what the clerk said this morning.
    """
    before = {pool.label: pool for pool in known}
    return tuple(_merged_pool(before.get(pool.label), pool) for pool in given)


def _merged_pool(known: PoolRecord | None, given: PoolRecord) -> PoolRecord:
    if known is None:
        return given
    if is_older(known, given):
        return replace(
            given,
            occupied=known.occupied,
            closed=known.closed,
            held=known.held,
            said_at=known.said_at,
            said_by=known.said_by,
        )
    return replace(given, held=known.held)


def with_held(
    known: tuple[PoolRecord, ...], wanted: tuple[PoolRecord, ...]
) -> tuple[PoolRecord, ...]:
    """Pools as wanted, with the places in them that are held now; the same label, the same pool."""
    held = {pool.label: pool.held for pool in known}
    return tuple(replace(pool, held=held.get(pool.label, 0)) for pool in wanted)


def with_figures(
    known: tuple[PoolRecord, ...], wanted: tuple[PoolRecord, ...]
) -> tuple[PoolRecord, ...]:
    """Pools as wanted, with what is known of who is in them; a new one counts as full."""
    now_there = {pool.label: pool for pool in known}
    found = []
    for pool in wanted:
        same = now_there.get(pool.label)
        found.append(
            replace(
                pool,
                occupied=same.occupied,
                held=same.held,
                said_at=same.said_at,
                said_by=same.said_by,
            )
            if same
            else replace(pool, occupied=max(0, pool.capacity - pool.closed), held=0)
        )
    return tuple(found)


def is_older(known: PoolRecord, given: PoolRecord) -> bool:
    """Whether a file's figure was said before the one that is known."""
    return given.said_at < known.said_at
