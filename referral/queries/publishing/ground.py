"""From the log to the columns that are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from agencies.rules.needs import Urgency, all_needs
from agencies.rules.person import Sex
from referral.models import Bond
from referral.queries.log import Log, Searches
from referral.queries.protecting import Ints, Records
from referral.rules.published import ARRIVALS, CLOCK, DECISIONS, HOURS, NONE
from referral.rules.reasons import Cancel, Decline, Detail, Outcome
from referral.rules.states import State

Labels = dict[str, list[str]]
WITHDRAWN = [list(Cancel).index(one) for one in (Cancel.WITHDRAWN, Cancel.CONSENT_ENDED)]


@dataclass(frozen=True, slots=True)
class Ground:
    """Records, and what each code of each column means."""

    records: Records
    labels: Labels


def of_referrals(
    log: Log,
    area_of: Sequence[Mapping[str, str]],
    type_of: Sequence[Mapping[str, str]],
    zone: ZoneInfo,
    *,
    is_year: bool,
) -> Ground:
    """The columns of `rules/published.py` of each referral.

    `area_of`, `type_of`: the published district and the type of an agency, by its id; of a year,
    in each of its quarters.
    """
    areas, in_area = _codes(log.agencies, area_of)
    types, of_type = _codes(log.agencies, type_of)
    month = months_of(log.moments["asked"], zone) - 1
    quarter = month // 3 if is_year else np.zeros(len(log), np.int64)
    columns = {
        "month": month,
        "urgency": log.urgency,
        "bond": log.bond + 1,
        "sender": log.sender,
        "receiver": log.receiver,
        "area": in_area[quarter, log.sender],
        "from_type": of_type[quarter, log.sender],
        "to_type": of_type[quarter, log.receiver],
        "decision": decision_of(log),
        "reason": np.where(decision_of(log) == 1, log.decline, -1) + 1,
        "detail": np.where(decision_of(log) == 1, log.detail, -1) + 1,
        "arrival": _arrival_of(log),
        "outcome": log.outcome + 1,
        "ack": _clock(log.met["acknowledge"]),
        "decide": _clock(log.met["decide"]),
        "start": _clock(log.met["start"]),
    }
    labels = {
        "month": [str(number) for number in range(1, 13)],
        "urgency": [one.value for one in Urgency],
        "bond": [NONE, *(one.value for one in Bond)],
        "sender": log.agencies,
        "receiver": log.agencies,
        "area": areas,
        "from_type": types,
        "to_type": types,
        "decision": list(DECISIONS),
        "reason": [NONE, *(one.value for one in Decline)],
        "detail": [NONE, *(one.value for one in Detail)],
        "arrival": list(ARRIVALS),
        "outcome": [NONE, *(one.value for one in Outcome)],
        **{key: list(CLOCK) for key in ("ack", "decide", "start")},
    }
    parties = np.stack([log.sender, log.receiver], axis=1)
    return _ground(columns, labels, log.needs, log.person, parties, quarter if is_year else None)


def _codes(
    agencies: Sequence[str], words_of: Sequence[Mapping[str, str]]
) -> tuple[list[str], Ints]:
    """All words, and the code of the word of each agency, in a row for each quarter."""
    words = sorted({NONE}.union(*(one.values() for one in words_of)))
    place = {word: at for at, word in enumerate(words)}
    rows = [[place[one.get(agency, NONE)] for agency in agencies] for one in words_of]
    return words, np.asarray(rows, np.int64)


def of_searches(searches: Searches, *, is_year: bool) -> Ground:
    """The columns of each search that found nobody."""
    columns = {
        "month": searches.month - 1,
        "area": searches.area + 1,
        "hour": searches.hour // 6,
        "sex": searches.sex + 1,
        "age": searches.age + 1,
        "children": searches.with_children,
        "disability": searches.disability,
        "foreign": searches.foreign,
        "urgency": searches.urgency,
    }
    labels = {
        "month": [str(number) for number in range(1, 13)],
        "area": [NONE, *searches.areas],
        "hour": list(HOURS),
        "sex": [NONE, *(one.value for one in Sex)],
        "age": [NONE, *searches.ages],
        **{key: ["no", "yes"] for key in ("children", "disability", "foreign")},
        "urgency": [one.value for one in Urgency],
    }
    nobody = np.full((len(searches), 2), -1, np.int64)
    quarter = (searches.month - 1) // 3 if is_year else None
    return _ground(columns, labels, searches.needs, searches.person, nobody, quarter)


def months_of(seconds: Ints, zone: ZoneInfo) -> Ints:
    """The local month (1 to 12) of each instant. The zones of Indonesia know no summer time."""
    if not len(seconds):
        return seconds
    local = datetime.fromtimestamp(int(seconds[0]), UTC).astimezone(zone)
    offset = local.utcoffset()
    shift = int(offset.total_seconds()) if offset else 0
    months: NDArray[np.int64] = (
        (seconds + shift).astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    )
    return months % 12 + 1


def decision_of(log: Log) -> Ints:
    """What became of the asking: a code of `DECISIONS`. What was withdrawn counts as that alone,
    also after it was accepted."""
    came = {name: moment >= 0 for name, moment in log.moments.items()}
    fell_through = log.state == list(State).index(State.DECLINED)
    return np.select(
        [
            came["cancelled"] & np.isin(log.called_off, WITHDRAWN),
            came["accepted"] & ~fell_through,
            came["declined"],
            came["redirected"],
            came["expired"],
            came["cancelled"],
        ],
        [6, 0, 1, 2, 3, 4],
        5,
    ).astype(np.int64)


def _arrival_of(log: Log) -> Ints:
    came = {name: moment >= 0 for name, moment in log.moments.items()}
    accepted = decision_of(log) == 0
    ended = came["cancelled"] | came["diverted"]
    return np.select(
        [accepted & came["handed_over"], accepted & came["missed"], accepted & ended], [1, 2, 3], 0
    ).astype(np.int64)


def _clock(met: Ints) -> Ints:
    return np.select([met == 1, met == 0], [1, 2], 0).astype(np.int64)


def _ground(
    columns: dict[str, Ints],
    labels: Labels,
    needs: Ints,
    person: Ints,
    parties: Ints,
    quarter_of: Ints | None,
) -> Ground:
    if quarter_of is not None:
        columns = {**columns, "quarter": quarter_of}
        labels = {**labels, "quarter": ["1", "2", "3", "4"]}
    codes = list(all_needs().values())
    groups = list(dict.fromkeys(one.group for one in codes))
    labels |= {"need": [one.code for one in codes], "group": groups}
    sizes = {name: len(words) for name, words in labels.items()}
    members = {"need": needs, "group": _groups_of(needs, [groups.index(n.group) for n in codes])}
    apart = ("sender", "receiver") if "sender" in columns else None
    return Ground(Records(columns, members, person, parties, apart, sizes), labels)


def _groups_of(needs: Ints, group_of: Sequence[int]) -> Ints:
    """The groups of some needs, each once, in as many places."""
    if not needs.size:
        return needs
    found = np.where(needs >= 0, np.asarray(group_of, np.int64)[needs], -1)
    found = -np.sort(-found, axis=1)
    found[:, 1:][found[:, 1:] == found[:, :-1]] = -1
    return found
