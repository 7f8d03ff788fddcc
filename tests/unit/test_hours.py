"""Open at an instant? Past midnight, holidays, time zones, dates; checked minute by minute too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from agencies.models import HolidayRule, Schedule
from agencies.queries.hours import is_holiday, is_open, openness
from agencies.queries.weekly import first_stated, weekly_hours
from agencies.rules.candidate import UNKNOWN_HOURS, Candidate, HoursSpan

JAKARTA, MAKASSAR, JAYAPURA = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"
WORKDAYS = "MO,TU,WE,TH,FR"


def row(days: str | None, opens: str | None, closes: str | None, **more: Any) -> Schedule:
    """A row of hours as import writes it."""
    usual: dict[str, Any] = {"freq": "WEEKLY", "byday": days, "opens_at": opens}
    return Schedule(**(usual | {"closes_at": closes} | more))


def candidate(*rows: Schedule, holidays: str | None = "open", zone: str = JAKARTA) -> Candidate:
    """Somebody with these hours."""
    return Candidate("a", hours=weekly_hours(rows), on_holidays=holidays, timezone=zone)


def at(text: str, zone: str = JAKARTA) -> datetime:
    """A local moment: `2026-11-17 03:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def told(somebody: Candidate, moment: str) -> tuple[bool | None, str | None, str | None]:
    """Open, until and next, as local texts."""
    found = openness(somebody, at(moment, somebody.timezone))
    assert is_open(somebody, at(moment, somebody.timezone)) is found.now

    def spell(instant: datetime | None) -> str | None:
        if instant is None:
            return None
        assert instant.tzinfo is not None
        return f"{instant.astimezone(ZoneInfo(somebody.timezone)):%a %d %H:%M}"

    return found.now, spell(found.until), spell(found.next)


OFFICE = candidate(row(WORKDAYS, "08:00", "12:00"), row(WORKDAYS, "13:00", "16:00"))
ALWAYS = row(None, "00:00", "24:00")


class TestAWeek:
    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            ("2026-11-17 07:59", (False, None, "Tue 17 08:00")),
            ("2026-11-17 08:00", (True, "Tue 17 12:00", None)),
            ("2026-11-17 11:59", (True, "Tue 17 12:00", None)),
            ("2026-11-17 12:00", (False, None, "Tue 17 13:00")),
            ("2026-11-17 15:59", (True, "Tue 17 16:00", None)),
            ("2026-11-17 16:00", (False, None, "Wed 18 08:00")),
            ("2026-11-20 16:00", (False, None, "Mon 23 08:00")),
            ("2026-11-22 12:00", (False, None, "Mon 23 08:00")),
        ],
    )
    def test_of_an_office_with_a_lunch_break(self, moment: str, expected: Any) -> None:
        assert told(OFFICE, moment) == expected

    def test_seconds_do_not_count(self) -> None:
        moment = at("2026-11-17 08:00") - timedelta(microseconds=1)
        assert is_open(OFFICE, moment) is False
        assert is_open(OFFICE, moment + timedelta(microseconds=1)) is True
        closes = at("2026-11-17 12:00")
        assert is_open(OFFICE, closes - timedelta(seconds=1)) is True
        assert is_open(OFFICE, closes) is False

    @pytest.mark.parametrize("moment", ["2026-11-17 00:00", "2026-11-22 03:00", "2026-12-25 12:00"])
    def test_always_is_always(self, moment: str) -> None:
        assert told(candidate(ALWAYS), moment) == (True, None, None)

    def test_round_the_clock_is_told_apart_from_a_long_weekend(self) -> None:
        weekend = candidate(row("SA,SU", "00:00", "24:00"))
        assert told(weekend, "2026-11-21 12:00") == (True, "Mon 23 00:00", None)

    def test_intervals_that_touch_or_overlap_are_one(self) -> None:
        somebody = candidate(
            row("MO", "08:00", "12:00"), row("MO", "12:00", "14:00"), row("MO", "13:00", "15:00")
        )
        assert told(somebody, "2026-11-16 09:00") == (True, "Mon 16 15:00", None)

    def test_two_nights_that_touch_are_one(self) -> None:
        somebody = candidate(row("MO", "16:00", "24:00"), row("TU", "00:00", "04:00"))
        assert told(somebody, "2026-11-16 20:00") == (True, "Tue 17 04:00", None)

    def test_a_rare_day_is_found_a_week_ahead(self) -> None:
        somebody = candidate(row("TU", "09:00", "10:00"))
        assert told(somebody, "2026-11-17 10:00") == (False, None, "Tue 24 09:00")


class TestPastMidnight:
    night = candidate(row("FR,SA", "20:00", "04:00"))

    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            ("2026-11-20 19:59", (False, None, "Fri 20 20:00")),
            ("2026-11-20 20:00", (True, "Sat 21 04:00", None)),
            ("2026-11-21 03:59", (True, "Sat 21 04:00", None)),
            ("2026-11-21 04:00", (False, None, "Sat 21 20:00")),
            ("2026-11-22 03:00", (True, "Sun 22 04:00", None)),
            ("2026-11-22 20:00", (False, None, "Fri 27 20:00")),
            ("2026-11-20 03:00", (False, None, "Fri 20 20:00")),
        ],
    )
    def test_a_night_belongs_to_its_evening(self, moment: str, expected: Any) -> None:
        assert told(self.night, moment) == expected

    def test_a_day_does_not_cut_off_the_night_before(self) -> None:
        """In OpenStreetMap syntax Tuesday's rule would replace what Monday left of the night."""
        somebody = candidate(row("MO", "22:00", "06:00"), row("TU", "08:00", "16:00"))
        assert told(somebody, "2026-11-17 03:00") == (True, "Tue 17 06:00", None)
        assert told(somebody, "2026-11-17 07:00") == (False, None, "Tue 17 08:00")

    def test_from_eight_to_eight_is_a_whole_day(self) -> None:
        somebody = candidate(row("MO", "08:00", "08:00"))
        assert told(somebody, "2026-11-17 07:59") == (True, "Tue 17 08:00", None)
        assert told(somebody, "2026-11-17 08:00") == (False, None, "Mon 23 08:00")

    def test_every_night_and_every_day_is_always(self) -> None:
        somebody = candidate(row(None, "16:00", "08:00"), row(None, "08:00", "16:00"))
        assert told(somebody, "2026-11-17 03:00") == (True, None, None)


class TestHolidays:
    """2026-12-24 is cuti bersama (a Thursday), 2026-12-25 a national holiday (a Friday)."""

    def office(self, holidays: str | None) -> Candidate:
        return candidate(row(WORKDAYS, "08:00", "16:00"), holidays=holidays)

    def test_the_calendar_has_both_kinds(self) -> None:
        found = [is_holiday(date(2026, 12, day)) for day in (23, 24, 25, 26)]
        assert found == [False, True, True, False]

    @pytest.mark.parametrize("day", [24, 25])
    def test_open_on_holidays(self, day: int) -> None:
        found = told(self.office("open"), f"2026-12-{day} 09:00")
        assert found == (True, {24: "Thu 24 16:00", 25: "Fri 25 16:00"}[day], None)

    @pytest.mark.parametrize("day", [24, 25])
    def test_closed_on_holidays(self, day: int) -> None:
        found = told(self.office("closed"), f"2026-12-{day} 09:00")
        assert found == (False, None, "Mon 28 08:00")

    @pytest.mark.parametrize("day", [24, 25])
    def test_never_said_is_unknown(self, day: int) -> None:
        moment = at(f"2026-12-{day} 09:00")
        assert openness(self.office(None), moment) == UNKNOWN_HOURS
        assert is_open(self.office(None), moment) is None

    def test_outside_its_hours_a_holiday_changes_nothing(self) -> None:
        assert told(self.office(None), "2026-12-24 20:00") == (False, None, "Mon 28 08:00")

    def test_the_next_opening_is_after_the_run_of_holidays(self) -> None:
        """2027: Monday 8 to Friday 12 March and Monday 15 are free."""
        free = [date(2027, 3, day) for day in (8, 9, 10, 11, 12, 15)]
        assert all(is_holiday(day) for day in free)
        for rule in ("closed", None):
            found = told(self.office(rule), "2027-03-05 17:00")
            assert found == (False, None, "Tue 16 08:00")

    def test_around_the_clock_ends_where_the_holiday_begins(self) -> None:
        closed, unsaid = candidate(ALWAYS, holidays="closed"), candidate(ALWAYS, holidays=None)
        assert told(closed, "2026-12-22 12:00") == (True, "Thu 24 00:00", None)
        assert told(unsaid, "2026-12-22 12:00") == (True, "Thu 24 00:00", None)
        assert told(closed, "2026-12-24 12:00") == (False, None, "Sat 26 00:00")
        assert told(unsaid, "2026-12-24 12:00") == (None, None, None)

    def test_a_night_is_the_holiday_of_its_evening(self) -> None:
        closed = candidate(row(None, "20:00", "04:00"), holidays="closed")
        assert told(closed, "2026-12-24 02:00") == (True, "Thu 24 04:00", None)  # Wednesday's
        assert told(closed, "2026-12-25 02:00") == (False, None, "Sat 26 20:00")
        assert told(closed, "2026-12-26 02:00") == (False, None, "Sat 26 20:00")  # Friday's
        unsaid = candidate(row(None, "20:00", "04:00"), holidays=None)
        assert told(unsaid, "2026-12-26 02:00") == (None, None, None)

    def test_the_holiday_is_that_of_the_places_own_day(self) -> None:
        east = candidate(ALWAYS, holidays="closed", zone=JAYAPURA)
        evening = at("2026-12-23 22:30", JAKARTA)  # half past midnight in Jayapura
        assert is_open(east, evening) is False
        assert is_open(candidate(ALWAYS, holidays="closed"), evening) is True


class TestZones:
    @pytest.mark.parametrize(
        ("zone", "hour"), [(JAKARTA, 1), (MAKASSAR, 0), (JAYAPURA, 23), ("UTC", 8)]
    )
    def test_eight_oclock_is_at_another_instant_in_each(self, zone: str, hour: int) -> None:
        somebody = candidate(row(None, "08:00", "16:00"), zone=zone)
        day = 16 if zone == JAYAPURA else 17
        opens = datetime(2026, 11, day, hour, 0, tzinfo=UTC)
        assert is_open(somebody, opens - timedelta(minutes=1)) is False
        assert is_open(somebody, opens) is True
        found = openness(somebody, opens)
        assert found.until == opens + timedelta(hours=8)

    def test_the_zone_of_the_question_does_not_matter(self) -> None:
        noon = at("2026-11-17 12:30")
        for zone in (JAYAPURA, "UTC", "America/New_York"):
            assert openness(OFFICE, noon.astimezone(ZoneInfo(zone))) == openness(OFFICE, noon)


class TestDates:
    def test_a_pattern_holds_from_and_until_its_days(self) -> None:
        somebody = candidate(
            row(
                WORKDAYS,
                "08:00",
                "16:00",
                valid_from=date(2026, 11, 18),
                valid_to=date(2026, 11, 19),
            )
        )
        assert told(somebody, "2026-11-17 09:00") == (False, None, "Wed 18 08:00")
        assert told(somebody, "2026-11-19 09:00") == (True, "Thu 19 16:00", None)
        assert told(somebody, "2026-11-19 17:00") == (False, None, None)
        assert told(somebody, "2026-11-20 09:00") == (False, None, None)

    def test_one_season_follows_another(self) -> None:
        somebody = candidate(
            row(None, "08:00", "16:00", valid_to=date(2026, 11, 17)),
            row(None, "10:00", "12:00", valid_from=date(2026, 11, 18)),
        )
        assert told(somebody, "2026-11-17 20:00") == (False, None, "Wed 18 10:00")
        assert told(somebody, "2026-11-16 20:00") == (False, None, "Tue 17 08:00")

    def test_the_last_night_runs_to_its_end(self) -> None:
        last = date(2026, 11, 17)
        somebody = candidate(row(None, "20:00", "04:00", valid_from=last, valid_to=last))
        assert told(somebody, "2026-11-17 03:00") == (False, None, "Tue 17 20:00")
        assert told(somebody, "2026-11-18 03:00") == (True, "Wed 18 04:00", None)

    def test_always_until_a_day_ends_with_it(self) -> None:
        somebody = candidate(row(None, "00:00", "24:00", valid_to=date(2026, 11, 19)))
        assert told(somebody, "2026-11-17 12:00") == (True, "Fri 20 00:00", None)


class TestWhatIsNotKnown:
    def test_no_rows(self) -> None:
        assert openness(candidate(), at("2026-11-17 09:00")) == UNKNOWN_HOURS
        assert is_open(candidate(), at("2026-11-17 09:00")) is None

    @pytest.mark.parametrize(
        "strange",
        [
            row("1MO", "08:00", "16:00", freq="MONTHLY"),
            row(None, "08:00", "16:00", freq="YEARLY"),
            row("MO", "08:00", "16:00", interval=2),
            row("1MO", "08:00", "16:00"),
            row("MO", None, "16:00"),
            row("MO", "08:00", None),
        ],
    )
    def test_one_row_of_another_rhythm_makes_all_of_them_unknown(self, strange: Schedule) -> None:
        somebody = candidate(row(WORKDAYS, "08:00", "16:00"), strange)
        assert somebody.hours == ()
        assert openness(somebody, at("2026-11-17 09:00")) == UNKNOWN_HOURS

    def test_hours_of_the_offer_come_before_the_locations_and_the_services(self) -> None:
        offer, location, service = [row("MO", "08:00", "09:00")], [ALWAYS], [ALWAYS]
        assert first_stated(offer, location, service) is offer
        assert first_stated([], location, service) is location
        assert first_stated([], [], service) is service
        assert not first_stated([], [], [])


# --- and against two other readings

times = st.integers(0, 48).map(lambda n: f"{n // 2:02d}:{n % 2 * 30:02d}")
days = st.lists(
    st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), max_size=4, unique=True
)
rows = st.builds(
    row,
    days.map(lambda chosen: ",".join(chosen) or None),
    times.filter(lambda t: t != "24:00"),
    times,
    valid_from=st.sampled_from([None, None, None, date(2026, 12, 23)]),
    valid_to=st.sampled_from([None, None, None, date(2026, 12, 25)]),
)
rules = st.sampled_from(["open", "closed", None])
moments = st.integers(0, 14 * 48).map(lambda n: at("2026-12-20 00:00") + timedelta(minutes=30 * n))
FREE = (date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 5))


def plainly(somebody: list[Schedule], rule: str | None, moment: datetime) -> bool | None:
    """The rows read one by one, as their docstring says."""
    said = set()
    local = moment.replace(tzinfo=None)
    for schedule in somebody:
        for day in (local.date(), local.date() - timedelta(days=1)):
            if _shift_holds(schedule, day, local):
                on_that_day = {"open": True, "closed": False}.get(rule or "")
                said.add(on_that_day if day in FREE else True)
    return True if True in said else None if None in said else False


def _shift_holds(schedule: Schedule, day: date, local: datetime) -> bool:
    if schedule.byday and day.strftime("%a")[:2].upper() not in schedule.byday.split(","):
        return False
    if schedule.valid_from and day < schedule.valid_from:
        return False
    if schedule.valid_to and day > schedule.valid_to:
        return False
    assert schedule.opens_at
    assert schedule.closes_at
    begins = datetime.combine(day, time.fromisoformat(schedule.opens_at))
    whole = schedule.closes_at == "24:00"
    ends = datetime.combine(day, time() if whole else time.fromisoformat(schedule.closes_at))
    return begins <= local < (ends if ends > begins else ends + timedelta(days=1))


@given(st.lists(rows, min_size=1, max_size=3), rules, moments)
@settings(max_examples=150, deadline=None)
def test_now_until_and_next_are_what_walking_along_the_clock_finds(
    somebody: list[Schedule], rule: str | None, moment: datetime
) -> None:
    """Every half hour for a fortnight: nothing changes in between."""
    who = candidate(*somebody, holidays=rule)
    found = openness(who, moment)
    assert found.now is plainly(somebody, rule, moment)
    if found.now is None:
        assert found == UNKNOWN_HOURS
        return
    ahead = [moment + timedelta(minutes=30 * n) for n in range(1, 14 * 48)]
    states = [plainly(somebody, rule, later) for later in ahead]
    if found.now:
        first = next((t for t, s in zip(ahead, states, strict=True) if s is not True), None)
        assert found.next is None
        assert found.until == first or (first is None and _is_far(found.until, moment))
    else:
        first = next((t for t, s in zip(ahead, states, strict=True) if s is True), None)
        assert found.until is None
        assert found.next == first or (first is None and _is_far(found.next, moment))


def _is_far(found: datetime | None, moment: datetime) -> bool:
    return found is None or found >= moment + timedelta(days=13)


@given(st.lists(rows.filter(lambda r: not r.valid_from and not r.valid_to), min_size=1, max_size=1),
       moments)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_a_single_pattern_is_read_as_opening_hours_py_reads_it(
    somebody: list[Schedule], moment: datetime
) -> None:
    """For one rule without holidays the two readings are the same."""
    weekly = weekly_hours(somebody)[0].weekly
    local = moment.replace(tzinfo=None)
    theirs = OpeningHours(weekly).is_open(local)
    assert is_open(candidate(*somebody), moment) is theirs


def test_the_rules_of_a_week_are_read_with_or_without_lists_of_days() -> None:
    """`weekly_hours` writes lists; a span of the same meaning is read alike."""
    span = HoursSpan("Mo,Tu 08:00-12:00,13:00-16:00; Sa 22:00-06:00")
    rows_of_it = [
        row("MO,TU", "08:00", "12:00"),
        row("MO,TU", "13:00", "16:00"),
        row("SA", "22:00", "06:00"),
    ]
    assert weekly_hours(rows_of_it) == (span,)


def test_what_is_said_of_holidays_is_a_word() -> None:
    """Rules compare with these two."""
    assert [rule.value for rule in HolidayRule] == ["open", "closed"]
