"""The rules of the desk: clocks that run, groups and lanes, the order of moves, whose words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agencies.rules.entries import PARTS, Kind
from agencies.rules.freshness import Fact
from referral.rules.consent import Stage
from referral.rules.corrections import CORRECTIONS
from referral.rules.due import LAPSES_SOON, Clock, Due, lapses_soon, running
from referral.rules.groups import STATES_OF, Group, Lane, end_of_night, lane_of
from referral.rules.likely import answers_by_phone, likely_moves
from referral.rules.moves import Name, Party, moves_open_to
from referral.rules.reasons import Detail
from referral.rules.states import OPEN, PROMISED, State
from referral.rules.story import may_read_words

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)  # in Jakarta
JAKARTA = ZoneInfo("Asia/Jakarta")
ENDS = {
    Clock.ACKNOWLEDGE: NOON + timedelta(minutes=15),
    Clock.DECIDE: NOON + timedelta(hours=1),
    Clock.START: NOON + timedelta(hours=6),
}


def _clocks(state: State) -> list[Clock]:
    return [due.clock for due in running(state, ENDS)]


def test_which_clocks_run() -> None:
    assert _clocks(State.SENT) == [Clock.ACKNOWLEDGE, Clock.DECIDE]
    assert _clocks(State.ACKNOWLEDGED) == [Clock.DECIDE]
    assert _clocks(State.INFO_REQUESTED) == [Clock.DECIDE]  # a question stops no clock
    assert _clocks(State.ACCEPTED) == [Clock.START]
    assert _clocks(State.DECLINED) == []
    assert running(State.SENT, {Clock.ACKNOWLEDGE: None}) == ()


def test_late_is_after_the_deadline_and_not_at_it() -> None:
    due = Due(Clock.DECIDE, NOON)
    assert not due.is_late(NOON)
    assert due.is_late(NOON + timedelta(seconds=1))
    assert lapses_soon(NOON + LAPSES_SOON, NOON)
    assert not lapses_soon(NOON + LAPSES_SOON + timedelta(seconds=1), NOON)
    assert not lapses_soon(None, NOON)


def test_every_open_state_is_in_one_group_besides_all_and_late() -> None:
    cut = [g for g in Group if g not in (Group.OPEN, Group.LATE, Group.ENDED)]
    for state in OPEN:
        assert sum(state in STATES_OF[group] for group in cut) == 1, state
    assert STATES_OF[Group.ENDED] | OPEN | {State.DRAFT} == set(State)


@pytest.mark.parametrize(
    ("hour", "day", "ends"),
    [(22, 22, 23), (2, 22, 22), (12, 22, 23), (8, 22, 23)],
)
def test_the_night_ends_in_the_morning(hour: int, day: int, ends: int) -> None:
    local = datetime(2026, 11, day, hour, tzinfo=JAKARTA)
    assert end_of_night(local, JAKARTA) == datetime(2026, 11, ends, 8, tzinfo=JAKARTA)


def test_who_is_expected_at_no_known_time_is_expected_tonight() -> None:
    night = end_of_night(NOON, JAKARTA)
    for state in PROMISED:
        assert lane_of(state, None, night) is Lane.TONIGHT
        assert lane_of(state, night, night) is Lane.TONIGHT
        assert lane_of(state, night + timedelta(minutes=1), night) is Lane.LATER
    assert lane_of(State.SENT, None, night) is Lane.ANSWER
    assert lane_of(State.CLOSED, None, night) is None


@pytest.mark.parametrize("state", list(State))
def test_forms_are_for_exactly_the_moves_of_the_table(state: State) -> None:
    for party in (Party.SENDER, Party.RECEIVER):
        allowed = set(moves_open_to(state, party)) - {Name.SEND}
        assert set(likely_moves(state, party)) == allowed
    assert set(answers_by_phone(state)) <= set(moves_open_to(state, Party.RECEIVER))


def test_what_cannot_be_undone_comes_last() -> None:
    for state in State:
        for last in (likely_moves(state, Party.SENDER)[-1:],):
            assert last in ((), (Name.MARK_ERROR,))


def _reads(stage: Stage | None, by: Party, name: Name, state: State, *, basis: bool = True) -> bool:
    reader = Party.SENDER if stage is None else Party.RECEIVER
    return may_read_words(reader, stage, by, name, state, basis)


def test_whose_words_each_side_reads() -> None:
    sender, receiver = Party.SENDER, Party.RECEIVER
    assert _reads(None, sender, Name.CANCEL, State.ACCEPTED)
    assert not _reads(Stage.AFTER, sender, Name.CANCEL, State.ACCEPTED)
    assert _reads(Stage.BEFORE, sender, Name.GIVE_ANSWER, State.INFO_REQUESTED)
    assert not _reads(
        Stage.BEFORE, sender, Name.GIVE_ANSWER, State.INFO_REQUESTED, basis=False
    )  # withdrawn: the view is sealed
    assert _reads(Stage.BEFORE, receiver, Name.DECLINE, State.SENT, basis=False)
    # Said while the identity was open: closed with it.
    assert not _reads(Stage.BEFORE, sender, Name.REOPEN, State.COMPLETED)
    assert _reads(Stage.AFTER, sender, Name.REOPEN, State.COMPLETED)


def test_corrections_speak_of_fields_that_an_entry_has() -> None:
    fields = set(PARTS[Kind.SERVICE, Fact.ELIGIBILITY])
    assert set(CORRECTIONS) == set(Detail)
    for correction in CORRECTIONS.values():
        named = {name for name, _says in correction.says} | set(correction.look_at)
        assert named
        assert named <= fields
