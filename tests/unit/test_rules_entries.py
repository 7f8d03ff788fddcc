"""How facts age, what cannot be right, when an entry is shown as reported, and plain records."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import HolidayRule, PhoneKind, PoolSex, PoolUnit, Status
from agencies.models.records import (
    AgencyRecord,
    CostRecord,
    LanguageRecord,
    OfferRecord,
    PhoneRecord,
    PoolRecord,
    ScheduleRecord,
    ServiceRecord,
    from_plain,
    plain_values,
)
from agencies.rules.entries import PARTS, Kind, ReportKind, fact_of, faults, reported_on
from agencies.rules.freshness import LASTS, Fact, is_fact_ageing, is_fact_old
from agencies.rules.names import DatedName

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fact", "days"),
    [(Fact.BEDS, 1), (Fact.PHONE, 90), (Fact.HOURS, 90), (Fact.ELIGIBILITY, 365)],
)
def test_each_fact_decays_at_its_own_rate(fact: Fact, days: int) -> None:
    """Young on its last day, old on the next."""
    assert not is_fact_old(fact, TODAY - timedelta(days=days), TODAY)
    assert is_fact_old(fact, TODAY - timedelta(days=days + 1), TODAY)


@given(st.sampled_from(list(Fact)), st.none() | st.dates(date(2020, 1, 1), TODAY))
def test_what_is_old_is_ageing_too(fact: Fact, checked: date | None) -> None:
    """One is asked before it is too late, and what was never confirmed is old."""
    if is_fact_old(fact, checked, TODAY):
        assert is_fact_ageing(fact, checked, TODAY)
    if checked is None:
        assert is_fact_old(fact, checked, TODAY)


def test_every_fact_has_a_rate_and_every_field_one_part() -> None:
    """No field is in two parts of a kind: confirming one would date the other."""
    assert set(LASTS) == set(Fact)
    for kind in Kind:
        fields = [f for (of, _fact), names in PARTS.items() if of is kind for f in names]
        assert len(fields) == len(set(fields))
    assert fact_of(Kind.OFFER, "pools") is Fact.BEDS
    assert fact_of(Kind.SERVICE, "extra") is Fact.ABOUT


def test_what_cannot_be_right() -> None:
    """Only what the kind has."""
    right = {"name": "Rumah", "needs": ["S1"], "minimum_age": 0, "maximum_age": 17}
    assert faults(Kind.SERVICE, right) == {}
    assert faults(Kind.SERVICE, {**right, "needs": ["S1", "Q7"]}).keys() == {"needs"}
    assert faults(Kind.SERVICE, {**right, "minimum_age": 18}).keys() == {"minimum_age"}
    assert faults(Kind.AGENCY, {"name": "  "}).keys() == {"name"}
    assert faults(Kind.OFFER, {}) == {}


@given(st.lists(st.sampled_from(list(ReportKind)), max_size=5))
def test_three_reports_or_one_wrong_phone(kinds: list[ReportKind]) -> None:
    """Shown since the latest of those that count."""
    reports = [(kind.value, NOW + timedelta(hours=n)) for n, kind in enumerate(kinds)]
    found = reported_on(reports)
    assert (found is not None) == (ReportKind.PHONE in kinds or len(kinds) >= 3)
    if found is not None:
        assert found in {at for _, at in reports}


RECORDS = [
    AgencyRecord(
        key="a",
        name="Yayasan",
        type="NGO",
        mou_until=TODAY,
        names=(DatedName("Lama", None, TODAY),),
        phones=(PhoneRecord("112", kind=PhoneKind.WHATSAPP),),
    ),
    ServiceRecord(
        key="s",
        agency_key="a",
        name="Layanan",
        status=Status.TEMPORARILY_CLOSED,
        takes_male=False,
        needs=("S1", "H4"),
        costs=(CostRecord(option="umum", amount=None),),
        languages=(LanguageRecord("id"), LanguageRecord("inl", by_interpreter=True)),
        schedules=(ScheduleRecord(freq="WEEKLY", on_holidays=HolidayRule.OPEN),),
    ),
    OfferRecord(
        service_key="s",
        location_key="l",
        verified_at=TODAY,
        pools=(PoolRecord("P", PoolSex.ANY, 0, 120, PoolUnit.FAMILY, 4, 1, 0, 0, NOW),),
    ),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: type(r).__name__)
def test_a_record_comes_back_from_plain_values(
    record: AgencyRecord | ServiceRecord | OfferRecord,
) -> None:
    """Through JSON, as the history keeps it."""
    names = [name for name in type(record).__slots__ if name not in ("id", "said")]
    kept = json.loads(json.dumps(plain_values(record, names)))
    assert type(record)(**from_plain(type(record), kept)) == record
