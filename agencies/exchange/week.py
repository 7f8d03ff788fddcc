"""A week of opening hours as minutes: schedule rows, and one canonical spelling of them.

An interval is (start, end) in minutes from Monday 00:00; its end may lie in the next week.
"""

from __future__ import annotations

from collections.abc import Iterable

from agencies.models.records import ScheduleRecord

DAY = 24 * 60
WEEK = 7 * DAY
ALWAYS = "24/7"
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

Interval = tuple[int, int]
Span = tuple[int, int, int]  # day, opens, closes; closes below opens is past midnight


def spans(intervals: Iterable[Interval]) -> tuple[Span, ...]:
    """The one way to say when it is open: joined, then cut at midnights.

    What is shorter than a day and runs past midnight belongs to the evening on which it begins,
    unless the next day has hours of another kind: in OpenStreetMap syntax a rule for a day takes
    away what the evening before left there.
    """
    joined = _joined(intervals)
    if joined == [(0, WEEK)]:
        return tuple((day, 0, DAY) for day in range(7))
    whole = sorted(span for interval in joined for span in _cut(*interval, longest=DAY - 1))
    if _spills_safely(whole):
        return tuple(whole)
    return tuple(sorted(span for interval in joined for span in _cut(*interval, longest=0)))


def _spills_safely(week: list[Span]) -> bool:
    times: dict[int, list[tuple[int, int]]] = {}
    for day, opens, closes in week:
        times.setdefault(day, []).append((opens, closes))
    return all(
        closes > opens or times.get((day + 1) % 7, times[day]) == times[day]
        for day, opens, closes in week
    )


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    # On a circle: each interval in this week, in the one before and in the one after.
    laid = sorted(
        (start % WEEK + shift, start % WEEK + (end - start) + shift)
        for start, end in intervals
        for shift in (-WEEK, 0, WEEK)
    )
    joined: list[list[int]] = []
    for start, end in laid:
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    if any(end - start >= WEEK for start, end in joined):
        return [(0, WEEK)]
    return [(start, end) for start, end in joined if 0 <= start < WEEK]


def _cut(start: int, end: int, *, longest: int) -> Iterable[Span]:
    """Pieces of a day each; what is at most `longest` minutes stays whole."""
    midnight = (start // DAY + 1) * DAY
    if end <= midnight or end - start <= longest:
        yield _span(start, end)
        return
    yield _span(start, midnight)
    while end - midnight > DAY:
        yield _span(midnight, midnight + DAY)
        midnight += DAY
    yield _span(midnight, end)


def _span(start: int, end: int) -> Span:
    closes = end % DAY or DAY
    return (start // DAY % 7, start % DAY, closes)


def spell(week: Iterable[Span]) -> str:
    """OpenStreetMap spelling: days with equal hours together, in the order of the week."""
    by_day: dict[int, list[str]] = {}
    for day, opens, closes in sorted(week):
        by_day.setdefault(day, []).append(f"{clock(opens)}-{clock(closes)}")
    if len(by_day) == 7 and all(times == ["00:00-24:00"] for times in by_day.values()):
        return ALWAYS
    same: dict[str, list[int]] = {}
    for day, times in sorted(by_day.items()):
        same.setdefault(",".join(times), []).append(day)
    return "; ".join(f"{_spell_days(days)} {times}" for times, days in same.items())


def _spell_days(days: list[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs
    )


def clock(minutes: int) -> str:
    """Minutes of a day as `HH:MM`."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def minutes_of(time: str | None) -> int | None:
    """`HH:MM`, perhaps with seconds, as minutes of a day; None for anything else."""
    hours, _, rest = (time or "").partition(":")
    minutes = rest[:2]
    if not (hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):
        return None
    found = int(hours) * 60 + int(minutes)
    return found if found <= DAY and int(minutes) < 60 else None


def rows_of(week: Iterable[Span]) -> tuple[ScheduleRecord, ...]:
    """HSDS schedule rows: one for each pair of times, with its days."""
    days: dict[tuple[int, int], list[int]] = {}
    for day, opens, closes in sorted(week):
        days.setdefault((opens, closes), []).append(day)
    return tuple(
        ScheduleRecord(
            freq="WEEKLY",
            byday=",".join(DAYS[day].upper() for day in on),
            opens_at=clock(opens),
            closes_at=clock(closes),
        )
        for (opens, closes), on in days.items()
    )


def intervals_of(row: ScheduleRecord) -> list[Interval] | None:
    """The intervals of a schedule row; None when it does not say weekly hours."""
    opens, closes = minutes_of(row.opens_at), minutes_of(row.closes_at)
    if opens is None or closes is None or not is_weekly(row):
        return None
    names = [name.strip().title() for name in (row.byday or "").split(",") if name.strip()]
    if any(name not in DAYS for name in names):
        return None
    closes += DAY if closes <= opens else 0
    return [
        (DAYS.index(name) * DAY + opens, DAYS.index(name) * DAY + closes) for name in names or DAYS
    ]


def is_weekly(row: ScheduleRecord) -> bool:
    """Whether the row holds every week, for good."""
    rhythm = row.freq in ("WEEKLY", "DAILY", None) and (row.interval or 1) == 1
    return rhythm and row.valid_from is None and row.valid_to is None
