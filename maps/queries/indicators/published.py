"""Indicators that are counted from referrals: read from what was published, never counted here."""

from __future__ import annotations

from dataclasses import dataclass

from maps.queries.indicators.now import Slice
from maps.rules.readings import Reading, Silence, Unit, between, exactly, share_of, silent
from referral.queries.published import Counts, Published

MINUTES = {"acknowledge": "acknowledged", "decide": "decided", "hand-over": "handed_over"}
SHARES = {
    "accepted": "accepted",
    "arrived": "arrived",
    "completed": "met",
    "feedback": "feedback",
    "silence": "expired",
    "lost-contact": "lost",
    "no-show": "no_show",
    "bounce": "bounced",
    "asked-twice": "asked_twice",
    "asked-thrice": "asked_thrice",
    "hops": "refused_thrice",
}


@dataclass(frozen=True, slots=True)
class By:
    """A slice as the tables know it: the column (`receiver`, `need`, `area`) and the label."""

    column: str = ""
    label: str = ""

    @property
    def suffix(self) -> str:
        """What the names of such figures end with."""
        return f"/{self.column}" if self.column else ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The key of a cell."""
        return (self.label,) if self.column else ()


def by_of(wanted: Slice) -> By:
    """An agency goes before a need, a need before a district: one at a time is published."""
    if wanted.agency_id is not None:
        return By("receiver", wanted.agency_id.hex)
    if wanted.need is not None:
        return By("need", wanted.need)
    return By("area", wanted.district) if wanted.district is not None else By()


def readings(found: Published, wanted: Slice) -> dict[str, Reading]:
    """Every indicator that is counted from referrals, by its code."""
    by = by_of(wanted)
    said = {code: _minutes(found, name, by) for code, name in MINUTES.items()}
    said |= {code: _share(found, name, by) for code, name in SHARES.items()}
    said["within-limit"] = _within_limit(found, by)
    said["basis"] = _basis(found, by)
    said["declines"] = _declined(found, by)
    said["empty-searches"] = _searches(found, by)
    said["withdrawals"] = _withdrawn(found, by)
    return said


def urgencies(found: Published, code: str) -> dict[str, Reading]:
    """An indicator of time, by urgency."""
    name = MINUTES[code]
    middle, tail = (found.figures(f"{kind}/{name}/urgency") for kind in ("minutes", "ninety"))
    return {
        label: between(Unit.MINUTES, middle.of(label), tail.of(label))
        for (label,) in sorted(middle.between)
    }


def decline_reasons(found: Published, wanted: Slice) -> list[tuple[str, int]]:
    """The shown counts of declined referrals by coded reason, the commonest first."""
    by = by_of(wanted)
    name = {"receiver": "receiver_reason", "need": "need_reason", "": "reason"}.get(by.column)
    if name is None:
        return []
    table = found.counts(name)
    at = table.columns.index("reason")
    told = [
        (key[at], count)
        for key, count in table.cells.items()
        if count and key[at] and (not by.column or by.label in key)
    ]
    return sorted(told, key=lambda one: (-one[1], one[0]))


def searches_by_hour(found: Published, wanted: Slice) -> list[tuple[str, int | None]]:
    """Searches that found nobody by hour of the day, for all, a need or a district."""
    by = by_of(wanted)
    name = {"need": "need_hour", "area": "area_hour", "": "hour"}.get(by.column)
    if name is None:
        return []
    table = found.counts(name, of="searches")
    at = table.columns.index("hour")
    rows = [(k[at], n) for k, n in table.cells.items() if not by.column or by.label in k]
    return sorted(rows)


def _minutes(found: Published, name: str, by: By) -> Reading:
    middle = _figure(found, f"minutes/{name}{by.suffix}", by)
    tail = _figure(found, f"ninety/{name}{by.suffix}", by)
    if middle is None:
        return silent(Unit.MINUTES, Silence.NOT_BY_THIS)
    return between(Unit.MINUTES, middle[0], tail[0] if tail else None)


def _share(found: Published, name: str, by: By) -> Reading:
    figure = _figure(found, f"share/{name}{by.suffix}", by)
    return (
        silent(Unit.SHARE, Silence.NOT_BY_THIS) if figure is None else between(Unit.SHARE, *figure)
    )


def _figure(found: Published, name: str, by: By) -> tuple[tuple[float, float] | None] | None:
    """A figure in a box; None where such figures are not published."""
    if name not in found.figure_names():
        return None
    return (found.figures(name).of(*by.labels),)


def _within_limit(found: Published, by: By) -> Reading:
    if by.column == "":
        table = found.counts("urgency_decide")
        met, missed = (_sum(table, "decide", label) for label in ("met", "missed"))
    elif by.column == "receiver":
        table = found.counts("receiver_decide")
        met, missed = (table.of(by.label, label) for label in ("met", "missed"))
    else:
        return silent(Unit.SHARE, Silence.NOT_BY_THIS)
    return share_of(met, None if met is None or missed is None else met + missed)


def _basis(found: Published, by: By) -> Reading:
    """All of them: the database refuses a referral without a live basis (docs/referral.md)."""
    total = _total(found, by)
    if total == 0:
        return silent(Unit.SHARE, Silence.NOTHING)
    return exactly(Unit.SHARE, 1.0)


def _declined(found: Published, by: By) -> Reading:
    return _decision(found, by, "declined")


def _withdrawn(found: Published, by: By) -> Reading:
    return _decision(found, by, "withdrawn")


def _decision(found: Published, by: By, label: str) -> Reading:
    name = f"{by.column}_decision" if by.column else "decision"
    table = found.counts(name)
    key = tuple(label if column == "decision" else by.label for column in table.columns)
    return _count(table.of(*key))


def _searches(found: Published, by: By) -> Reading:
    if by.column == "receiver":
        return silent(Unit.COUNT, Silence.NOT_BY_THIS)
    table = found.counts(by.column or "total", of="searches")
    return _count(table.of(*by.labels))


def _total(found: Published, by: By) -> int | None:
    return found.counts(by.column or "total").of(*by.labels)


def _count(number: int | None) -> Reading:
    return silent(Unit.COUNT, Silence.HIDDEN) if number is None else exactly(Unit.COUNT, number)


def _sum(table: Counts, column: str, label: str) -> int | None:
    """The sum of the cells with a label; None where one of them is hidden."""
    if table.is_quiet:  # what it does not name may be hidden
        return None
    at = table.columns.index(column)
    counts = [count for key, count in table.cells.items() if key[at] == label]
    shown = [count for count in counts if count is not None]
    return sum(shown) if len(shown) == len(counts) else None
