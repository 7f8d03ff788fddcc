"""The declared routes are the pathway, hops say what they need first, mandates end at borders."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime

import pytest

from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import all_needs
from referral.exchange.routes import routes_as_csv, routes_of_csv
from referral.rules.agreements import AgreementState, Said, state_of, to_announce
from referral.rules.hops import NOTHING, Agreed, Asker, Routes
from referral.rules.mandate import DIRECT, Mandate, Reach, least, mandate
from referral.rules.routes import (
    DATA,
    DeclaredRoute,
    Ground,
    Prerequisite,
    Standing,
    declared_routes,
    read_basis,
    read_limit,
    spell_limit,
)
from tests.support.missing import require_shared

MINUTES = {"h": 60, "days": 24 * 60}
LOCAL_SPANS = {"6 h", "1 working day", "3 working days", "before day 7/14"}


def _ours() -> list[dict[str, str]]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_route_is_of_known_words_and_stands_once() -> None:
    """Types and needs of the registry; one route of each from, to and need."""
    routes = declared_routes()
    assert len({route.key for route in routes}) == len(routes)
    for route in routes:
        assert {route.from_type, route.to_type} <= AGENCY_TYPES.keys(), route.key
        assert route.need in all_needs(), route.key
        assert route.basis, route.key


def test_the_list_is_the_pathway() -> None:
    """Every row of the pathway with its basis and limit; nothing else claims a basis of its."""
    edges = require_shared("data/domain/edges.csv")
    with edges.open(encoding="utf-8", newline="") as file:
        rows = {(r["from"], r["to"], r["need"]): r for r in csv.DictReader(file)}
    assert len(rows) == 61
    ours = [row for row in _ours() if row["pathway"]]
    assert {(row["from"], row["to"], row["pathway"]) for row in ours} == rows.keys()
    for row in ours:
        edge = rows[row["from"], row["to"], row["pathway"]]
        assert row["basis"] == edge["basis"].split(" ")[0]
        assert row["said"] == edge["limit"]
        assert _spans(row) <= _spans_said(edge["limit"]), row
    walked = [row for row in _ours() if not row["pathway"]]
    assert walked
    assert {row["basis"] for row in walked} == {"W"}


def _spans(row: dict[str, str]) -> set[int]:
    limit = read_limit(row["limit"], row["standing"])
    spans = {limit.minutes, limit.emergency_minutes, limit.start_minutes}
    return {span for span in spans if span is not None}


def _spans_said(limit: str) -> set[int]:
    found = {0} if "at once" in limit else set()
    found |= {int(n) * MINUTES[unit] for n, unit in re.findall(r"(\d+) ?(h|days)\b", limit)}
    found |= {int(a) * int(b) * 60 for a, b in re.findall(r"(\d+)x(\d+) h", limit)}
    return found


def test_only_what_is_verified_is_called_so() -> None:
    """Limits hold by law only on rows whose basis is law; local standards are called local."""
    for row in _ours():
        if row["standing"] == Standing.VERIFIED:
            assert "L" in row["basis"], row
        local = any(span in row["said"] for span in LOCAL_SPANS)
        assert (row["standing"] == Standing.LOCAL) == local, row


def test_care_after_an_assault_never_waits_for_the_letter() -> None:
    """K2 must not wait on what K3 needs; a longer stay needs a social report."""
    by_key = {route.key: route for route in declared_routes()}
    for sender in ("POL", "UPTD"):
        assert Prerequisite.VISUM_LETTER in by_key[f"{sender}>PPT/K3"].prerequisites
        for need in ("K1", "K2"):
            first = by_key[f"{sender}>PPT/{need}"].prerequisites
            assert Prerequisite.VISUM_LETTER not in first
    assert Prerequisite.SOCIAL_REPORT in by_key["UPTD>SNT-W/S2"].prerequisites
    assert Prerequisite.SOCIAL_REPORT not in by_key["POL>RPTC/S1"].prerequisites
    assert by_key["PPT>RPTC/S3"].basis == (Ground.WALKED,)
    assert "RPTC>OBH/H4" in by_key


@pytest.mark.parametrize("words", ["", "6h emergency=1h", "3wd", "1d event=before_flight", "0m"])
def test_limits_are_read_and_spelt(words: str) -> None:
    """There and back."""
    assert spell_limit(read_limit(words)) == words


@pytest.mark.parametrize("words", ["6", "h", "sooner=6h", "event=never", "-1h", "xwd"])
def test_what_is_no_limit_is_refused(words: str) -> None:
    """A wrong cell is no silent gap."""
    with pytest.raises((ValueError, KeyError)):
        read_limit(words)


def test_a_basis_is_letters() -> None:
    """And nothing else."""
    assert read_basis("L+P") == (Ground.LAW, Ground.PROPOSAL)
    with pytest.raises(ValueError, match="no ground"):
        read_basis("X")


def test_what_is_written_is_read_again() -> None:
    """A file of the declared routes brings the same routes."""
    assert routes_of_csv(routes_as_csv(declared_routes())) == list(declared_routes())


POLICE, UNIT = Asker("p", "POL"), Asker("u", "UPTD")


def _hops(*agreed: Agreed) -> Routes:
    return Routes.of(declared_routes(), agreed)


def test_a_hop_says_what_it_needs_first() -> None:
    """From one's own type; from several the one that needs least; nobody: what all need."""
    routes = _hops()
    assert routes.hop([POLICE], "h", "PPT", ("K1",)).first == ()
    assert routes.hop([UNIT], "h", "PPT", ("K1", "K3")).first == (Prerequisite.VISUM_LETTER,)
    assert routes.hop([], "h", "PPT", ("K3",)).first == (Prerequisite.VISUM_LETTER,)
    assert routes.hop([], "h", "PPT", ("K3",)).known is None
    assert routes.hop([], "s", "SNT-W", ("S2",)).first == (Prerequisite.REFERRAL_LETTER,)
    first = routes.hop([UNIT], "s", "SNT-W", ("S2",)).first
    assert first == (Prerequisite.REFERRAL_LETTER, Prerequisite.SOCIAL_REPORT)


def test_an_unknown_way_is_said_and_one_of_several_agencies_is_enough() -> None:
    """SHL refers to no police; whoever also works for the UPTD does."""
    house = Asker("s", "SHL")
    alone = _hops().hop([house], "p", "POL", ("H1",))
    assert (alone.known, alone.unknown_for) == (False, ("H1",))
    assert _hops().hop([house, UNIT], "p", "POL", ("H1",)).known
    assert _hops().hop([house], "s", "SHL", ("S1",)) == NOTHING


def test_a_roof_is_a_roof() -> None:
    """Tonight's roof by any way for a roof at once, else by the way to a longer stay."""
    assert _hops().hop([POLICE], "r", "RPTC", ("S4",)).first == ()
    first = _hops().hop([UNIT], "w", "SNT-W", ("S1",)).first
    assert Prerequisite.SOCIAL_REPORT in first
    assert _hops().hop([UNIT], "o", "OBH", ("S1",)).known is False


def test_an_agreement_opens_a_way_but_lifts_no_letter_of_the_law() -> None:
    """Between the two alone, for its needs alone."""
    routes = _hops(
        Agreed("n", "h", None, frozenset({"K3", "K4"}), (Prerequisite.MOU,)),
        Agreed("n", None, "RPTC", frozenset(), ()),
    )
    house = Asker("n", "NGO")
    hop = routes.hop([house], "h", "PPT", ("K3",))
    assert hop.known
    assert set(hop.first) == {Prerequisite.MOU, Prerequisite.VISUM_LETTER}
    assert routes.hop([house], "h", "PPT", ("K1",)).known is False
    assert routes.hop([house], "other", "PPT", ("K4",)).known is False
    assert routes.hop([house], "anybody", "RPTC", ("P7",)).known
    assert routes.hop([Asker("m", "NGO")], "h", "PPT", ("K4",)).known is False


def test_a_way_for_any_need() -> None:
    """A route without a need is one for whatever need."""
    routes = Routes.of([DeclaredRoute("NGO", "IOM", None, (Ground.PRACTICE,))])
    assert routes.hop([Asker("n", "NGO")], "i", "IOM", ("R2",)).known


JAKTIM, JAKSEL, BOGOR = ("31.75.10",), ("31.74.01",), ("32.01.05",)


@pytest.mark.parametrize(
    ("from_type", "to_type", "here", "there", "reach", "through"),
    [
        ("UPTD", "UPTD", JAKTIM, JAKTIM, Reach.DIRECT, ()),
        ("UPTD", "UPTD", JAKTIM, JAKSEL, Reach.BY_LETTER, ()),
        ("UPTD", "UPTD", JAKTIM, BOGOR, Reach.THROUGH, ("SAPA",)),
        ("UPTD", "DSOS", JAKTIM, JAKSEL, Reach.DIRECT, ()),
        ("UPTD", "UPTD", JAKTIM, ("31",), Reach.DIRECT, ()),  # the province's own
        ("HOT", "UPTD", JAKTIM, BOGOR, Reach.THROUGH, ("SAPA",)),
        ("SAPA", "UPTD", (), BOGOR, Reach.DIRECT, ()),
        ("UPTD", "SAPA", JAKTIM, (), Reach.DIRECT, ()),
        ("DSOS", "DSOS", JAKTIM, BOGOR, Reach.THROUGH, ("RPTC", "SNT-A", "SNT-W")),
        ("SNT-A", "DSOS", JAKTIM, BOGOR, Reach.DIRECT, ()),
        ("POL", "UPTD", JAKTIM, BOGOR, Reach.DIRECT, ()),
        ("BP3MI", "BP3MI", JAKTIM, BOGOR, Reach.DIRECT, ()),
        ("UPTD", "UPTD", (), BOGOR, Reach.UNKNOWN, ()),
    ],
)
def test_mandates(
    from_type: str,
    to_type: str,
    here: tuple[str, ...],
    there: tuple[str, ...],
    reach: Reach,
    through: tuple[str, ...],
) -> None:
    """District, province, ministry."""
    found = mandate(from_type, to_type, here, there)
    assert (found.reach, found.through) == (reach, through)
    assert found.is_allowed == (reach is not Reach.THROUGH)
    letter = (Prerequisite.TRANSFER_LETTER,) if reach is Reach.BY_LETTER else ()
    assert found.first == letter


YES = datetime(2026, 1, 5, tzinfo=UTC)


def _said(**more: object) -> Said:
    said: dict[str, object] = {
        "from_confirmed_at": YES,
        "to_confirmed_at": YES,
        "declined_at": None,
        "ended_at": None,
        "valid_from": date(2026, 1, 10),
        "valid_until": date(2026, 3, 31),
    }
    return Said(**{**said, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "day", "state"),
    [
        (_said(), date(2026, 1, 9), AgreementState.COMING),
        (_said(), date(2026, 1, 10), AgreementState.LIVE),
        (_said(), date(2026, 3, 31), AgreementState.LIVE),
        (_said(), date(2026, 4, 1), AgreementState.EXPIRED),
        (_said(valid_until=None), date(2099, 1, 1), AgreementState.LIVE),
        (_said(to_confirmed_at=None), date(2026, 2, 1), AgreementState.PROPOSED),
        (_said(ended_at=YES), date(2026, 2, 1), AgreementState.ENDED),
        (_said(declined_at=YES, to_confirmed_at=None), date(2026, 2, 1), AgreementState.DECLINED),
    ],
)
def test_states(said: Said, day: date, state: AgreementState) -> None:
    """A question to the rows and the day."""
    assert state_of(said, day) is state


def test_an_end_is_announced_twice_and_each_once() -> None:
    """30 days before, 7 days before; what was missed is not made up for."""
    until = date(2026, 3, 31)
    assert to_announce(until, date(2026, 2, 28), None) is None
    assert to_announce(until, date(2026, 3, 1), None) == 30
    assert to_announce(until, date(2026, 3, 2), 30) is None
    assert to_announce(until, date(2026, 3, 24), 30) == 7
    assert to_announce(until, date(2026, 3, 31), 7) is None
    assert to_announce(until, date(2026, 3, 30), None) == 7
    assert to_announce(until, date(2026, 4, 1), None) is None
    assert to_announce(None, date(2026, 4, 1), None) is None


def test_of_several_agencies_the_one_with_the_least_in_its_way_counts() -> None:
    through, letter = Mandate(Reach.THROUGH, ("SAPA",)), Mandate(Reach.BY_LETTER)
    assert least([through, letter]) is letter
    assert least([letter, Mandate(Reach.UNKNOWN), through]).reach is Reach.UNKNOWN
    assert least([through, DIRECT]) is DIRECT
    assert least([]) is DIRECT
