"""What a clock has to do, and when: never early, each thing once, and working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.queries.hours import is_holiday
from agencies.rules.needs import Urgency
from referral.rules.clocks import WORK_BEGINS, WORK_ENDS, after_working_days, deadlines
from referral.rules.due import LAPSES_SOON
from referral.rules.duties import GRACE, LOOK_AGAIN, Act, Facts, duties, first_due, look_at
from referral.rules.rosters import A_WEEK, Gap, Hours, ends_at, gaps, is_on
from referral.rules.states import OPEN, State
from referral.rules.zones import WIB, WIT, WITA, zone_of_area

JAKARTA = ZoneInfo(WIB)
FRIDAY_NIGHT = datetime(2026, 3, 13, 22, 5, tzinfo=JAKARTA)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from([WIB, WITA, WIT])


def _works(day: date) -> bool:
    return day.isoweekday() <= 5 and not is_holiday(day)


def _facts(state: State, urgency: Urgency, **more: datetime) -> Facts:
    times = deadlines(
        urgency, asked_at=FRIDAY_NIGHT, started_at=FRIDAY_NIGHT, zone=JAKARTA, is_working_day=_works
    )
    said = {
        "acknowledge_by": times.acknowledge,
        "decide_by": times.decide,
        "escalate_at": times.escalate,
        "start_by": times.start,
        "expires_at": times.expires,
    }
    return Facts(state=state, urgency=urgency, **{**said, **more})


def _when(facts: Facts) -> dict[Act, timedelta]:
    return {duty.act: duty.at - FRIDAY_NIGHT for duty in duties(facts)}


def test_an_emergency_that_nobody_reads() -> None:
    minutes = {
        act: at.total_seconds() / 60
        for act, at in _when(_facts(State.SENT, Urgency.EMERGENCY)).items()
    }
    assert minutes == {Act.SILENT: 15, Act.LATE: 60, Act.ESCALATE: 60, Act.EXPIRE: 240}


def test_an_urgent_one() -> None:
    hours = {
        act: at.total_seconds() / 3600
        for act, at in _when(_facts(State.SENT, Urgency.URGENT)).items()
    }
    assert hours == {Act.REMIND: 2, Act.LATE: 6, Act.ESCALATE: 6, Act.EXPIRE: 24}


def test_a_routine_one_rests_at_the_weekend_and_over_nyepi_and_lebaran() -> None:
    """Asked on a Friday night: the first working moment is Monday morning. 18 to 24 March 2026 are
    cuti bersama, Nyepi and Lebaran."""
    found = {d.act: d.at.astimezone(JAKARTA) for d in duties(_facts(State.SENT, Urgency.ROUTINE))}
    assert f"{found[Act.REMIND]:%a %d %b %H:%M}" == "Tue 17 Mar 08:00"
    assert f"{found[Act.LATE]:%a %d %b %H:%M}" == "Thu 26 Mar 08:00"
    assert found[Act.ESCALATE] > found[Act.LATE]


def test_who_has_read_it_is_not_reminded_of_reading() -> None:
    acts = set(_when(_facts(State.ACKNOWLEDGED, Urgency.EMERGENCY)))
    assert acts == {Act.LATE, Act.ESCALATE, Act.EXPIRE}


def test_a_requested_by_time_ends_the_asking() -> None:
    soon = FRIDAY_NIGHT + timedelta(minutes=30)
    facts = _facts(State.SENT, Urgency.EMERGENCY, expires_at=soon)
    assert first_due(facts, {"silent"}, soon) == first_due(
        facts, {"silent"}, soon + timedelta(days=9)
    )
    duty = first_due(facts, {"silent"}, soon)
    assert duty is not None
    assert duty.act is Act.EXPIRE


def test_a_hold_is_warned_of_and_lapses_and_an_extended_one_is_warned_of_again() -> None:
    until = FRIDAY_NIGHT + timedelta(hours=6)
    facts = _facts(State.CONDITIONAL, Urgency.EMERGENCY, kept_until=until)
    at = {duty.act: duty.at for duty in duties(facts)}
    assert (at[Act.LAPSES_SOON], at[Act.LAPSE]) == (until - LAPSES_SOON, until)
    later = _facts(State.CONDITIONAL, Urgency.EMERGENCY, kept_until=until + timedelta(hours=3))
    marks = {duty.mark for duty in duties(facts)}
    assert Act.LAPSES_SOON in {duty.act for duty in duties(later) if duty.mark not in marks}


def test_who_did_not_come_keeps_the_place_until_its_time() -> None:
    until = FRIDAY_NIGHT + timedelta(hours=6)
    acts = set(_when(_facts(State.NO_SHOW, Urgency.EMERGENCY, kept_until=until)))
    assert acts == {Act.START, Act.FREE}


def test_after_the_expected_time_the_receiver_is_asked() -> None:
    expected = FRIDAY_NIGHT + timedelta(hours=3)
    facts = _facts(State.ACCEPTED, Urgency.EMERGENCY, expected_at=expected)
    assert _when(facts)[Act.COME] == timedelta(hours=3) + GRACE


@given(
    state=st.sampled_from(list(State)),
    urgency=st.sampled_from(list(Urgency)),
    kept=st.none() | st.integers(0, 9000),
    expected=st.none() | st.integers(0, 9000),
    moment=st.integers(0, 60 * 24 * 60),
)
def test_nothing_is_early_and_everything_is_done_once(
    state: State, urgency: Urgency, kept: int | None, expected: int | None, moment: int
) -> None:
    given = {"kept_until": kept, "expected_at": expected}
    more = {k: FRIDAY_NIGHT + timedelta(minutes=v) for k, v in given.items() if v is not None}
    facts, at = _facts(state, urgency, **more), FRIDAY_NIGHT + timedelta(minutes=moment)
    done: list[str] = []
    while (duty := first_due(facts, done, at)) is not None:
        assert duty.at <= at
        assert duty.mark not in done
        done.append(duty.mark)
    left = [duty for duty in duties(facts) if duty.mark not in done]
    assert all(duty.at > at for duty in left)
    look = look_at(facts, done, at)
    if state not in OPEN:
        assert look is None
    else:
        assert look is not None
        assert at < look <= at + LOOK_AGAIN
        assert all(look <= duty.at for duty in left)


@given(moment=MOMENTS, zone=ZONES, days=st.integers(1, 12))
def test_working_days_end_on_working_days(moment: datetime, zone: str, days: int) -> None:
    ended = after_working_days(moment, days, ZoneInfo(zone), _works).astimezone(ZoneInfo(zone))
    assert _works(ended.date())
    assert WORK_BEGINS <= ended.timetz().replace(tzinfo=None) < WORK_ENDS
    between = (moment.astimezone(ZoneInfo(zone)).date() + timedelta(n) for n in range(1, 60))
    counted = sum(_works(day) for day in between if day <= ended.date())
    assert counted in (days, days + 1)  # what comes after hours counts from next morning


@given(moment=MOMENTS, zone=ZONES, later=st.integers(0, 20_000), more=st.integers(0, 3))
def test_later_asked_is_later_due(moment: datetime, zone: str, later: int, more: int) -> None:
    where, second = ZoneInfo(zone), moment + timedelta(minutes=later)
    first = after_working_days(moment, 2, where, _works)
    assert first > moment
    assert first <= after_working_days(second, 2 + more, where, _works)


@given(
    local=st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 1)),  # noqa: DTZ001
    days=st.integers(1, 8),
)
def test_every_zone_has_the_same_hours_of_its_own(local: datetime, days: int) -> None:
    ends = {
        after_working_days(
            local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), days, ZoneInfo(zone), _works
        )
        .astimezone(ZoneInfo(zone))
        .replace(tzinfo=None)
        for zone in (WIB, WITA, WIT)
    }
    assert len(ends) == 1


@given(moment=MOMENTS, zone=ZONES, urgency=st.sampled_from([Urgency.EMERGENCY, Urgency.URGENT]))
def test_emergencies_run_by_the_wall_clock(moment: datetime, zone: str, urgency: Urgency) -> None:
    found = [
        deadlines(
            urgency, asked_at=moment, started_at=moment, zone=ZoneInfo(zone), is_working_day=works
        )
        for works in (_works, lambda _day: False)
    ]
    assert found[0] == found[1]
    assert moment < found[0].acknowledge < found[0].decide < found[0].expires


@pytest.mark.parametrize(
    ("code", "zone"),
    [("31.75", WIB), ("51.71", WITA), ("65.01", WITA), ("61.71", WIB), ("91.71", WIT), ("", WIB)],
)
def test_the_zone_of_a_district(code: str, zone: str) -> None:
    assert zone_of_area(code) == zone


SUNDAY_NIGHT = Hours("7", time(22), time(6), WIB)


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    monday = datetime(2026, 3, 16, 5, 59, tzinfo=JAKARTA)
    assert is_on(SUNDAY_NIGHT, monday)
    assert ends_at(SUNDAY_NIGHT, monday) == monday + timedelta(minutes=1)
    assert not is_on(SUNDAY_NIGHT, monday + timedelta(minutes=1))
    assert not is_on(SUNDAY_NIGHT, monday - timedelta(days=1))


def test_gaps_are_found_over_the_end_of_the_week() -> None:
    days = Hours("1234567", time(6), time(22), WIB)
    nights = Hours("123456", time(22), time(6), WIB)
    sunday = 6 * 24 * 60
    assert gaps([days, nights], WIB) == (Gap(sunday + 22 * 60, sunday + 30 * 60),)
    assert gaps([days, nights, SUNDAY_NIGHT], WIB) == ()
    assert gaps([], WIB) == (Gap(0, A_WEEK),)


HOURS = st.builds(
    Hours,
    st.sets(st.sampled_from("1234567"), min_size=1).map(lambda days: "".join(sorted(days))),
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 30])),
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 30])),
    ZONES,
)


@given(shifts=st.lists(HOURS, max_size=4), zone=ZONES, minute=st.integers(0, A_WEEK - 1))
def test_a_gap_is_when_nobody_is_on(shifts: list[Hours], zone: str, minute: int) -> None:
    moment = datetime(2026, 1, 5, tzinfo=ZoneInfo(zone)) + timedelta(minutes=minute)
    somebody = any(is_on(hours, moment) for hours in shifts)
    found = gaps(shifts, zone)
    inside = any(g.begins <= m < g.ends for g in found for m in (minute, minute + A_WEEK))
    assert inside is not somebody
