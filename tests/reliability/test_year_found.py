"""A simulated year is found by the pages: who is relied on, who is silent, what is missing.

The truth is planted by the simulator and stands in its file; the pages know only what was published
of the year. It is played with
`RUJUKAN_SOAK=1` alone: publishing four quarters and their year takes minutes.
"""

from __future__ import annotations

import json
import os
import re
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.rules.rights import Role
from agencies.models import Agency
from agencies.rules.needs import all_needs
from core.db import db
from referral.models import Publication
from referral.queries.published import publication
from tests.factories import ROUND_THE_CLOCK, WELCOMES_ALL, make_offer
from tests.support.people import make_account, sign_in

SOAK = bool(os.environ.get("RUJUKAN_SOAK"))
# The whole of 2025 and the two weeks after which it is published.
YEAR = "simulate --months 13 --until 2026-01-31 --seed 3 --cases 0.35"

# Everybody has needs of their own, so that each is asked by somebody; the hub has the commonest.
WORLD = (
    ("hub", "UPTD", "P5 K4 H1 H4 S6 R8"),
    ("polisi", "POL", "P1 P4 H1"),
    ("rs-umum", "RSU", "K2 K3 K4 H3"),
    ("rumah-a", "SHL", "S1 S2 S3 S4 S5 S7"),
    ("rumah-b", "RPTC", "S1 S2 S3 S4 S5 R1"),
    ("lbh", "OBH", "H4 H5 H6 H8 H9 H10"),
    ("lsm", "NGO", "S6 S9 S10 R4 R5"),
    ("bp3mi", "BP3MI", "P4 R1 R6 R7 H10"),
    ("dinsos", "DSOS", "P5 S7 S10 K9 R8 R4"),
)

PLACES = {
    "31.75.10": {"latitude": -6.319, "longitude": 106.901},
    "31.75.03": {"latitude": -6.223, "longitude": 106.875},
    "31.75.06": {"latitude": -6.187, "longitude": 106.944},
}


def make_world() -> None:
    """Nine sample agencies in three districts that take everybody, those with roofs with beds."""
    for number, (key, kind, needs) in enumerate(WORLD):
        area = list(PLACES)[number % 3]
        make_offer(
            needs=needs,
            agency={"key": key, "name": f"Lembaga {key}", "type": kind, "is_sample": True},
            location={"area_code": area, **PLACES[area]},
            beds=(60, 10) if "S1" in needs else None,
            hours=ROUND_THE_CLOCK,
            **WELCOMES_ALL,
        )


def run(app: Flask, *arguments: str) -> str:
    """What a command says; it must end well."""
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


@pytest.mark.skipif(not SOAK, reason="a year takes minutes: RUJUKAN_SOAK=1")
def test_the_year_is_found(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    """On whom everything hangs, who is silent, what is missing, how long it takes: by the pages."""
    run(app, "places", "load", "--small")
    make_world()
    run(app, "demo", *YEAR.split())
    db.session.rollback()
    truth = json.loads((tmp_path / "simulation" / "3.json").read_text())
    published_in_time()
    sign_in(client, make_account(Role.COORDINATOR, area="31"))
    check_hub(client, truth)
    check_silence(client, truth)
    check_gaps(client, truth)
    check_times(client, truth)


def published_in_time() -> None:
    """Each quarter and then the year, when they had closed: by now, agencies had their look."""
    rows = dict(db.session.execute(select(Publication.period, Publication.made_at)).all())
    assert sorted(rows) == ["2025", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]
    assert rows["2025-Q1"].date() < rows["2025-Q2"].date() < rows["2025"].date()
    assert rows["2025-Q1"].date() == date(2025, 4, 14)
    assert rows["2025"] - rows["2025-Q4"] < timedelta(hours=1)


def check_hub(client: FlaskClient, truth: dict[str, Any]) -> None:
    """The hub leads those through whom most ways lead.

    It cuts nobody off: whoever looks for a need is shown all who meet it, so after a year each
    agency has ways to several. Which ways of very few are told is drawn when a year is published:
    the page names nobody as one that cuts others, or says that this is a question and no finding.
    """
    page = words(client, "/network/holding?period=2025")
    hub = names()[truth["hub"]]
    nobody = "No single agency: whichever stops, the others still reach each other." in page
    assert nobody or "is a question to ask, not a finding" in page
    gatekeepers = page.partition("Gatekeepers")[2].partition("Overload")[0]
    first = re.search(r"Lembaga [\w-]+", gatekeepers)
    assert first is not None
    assert first[0] == hub
    found = publication("2025")
    assert found is not None
    senders = {sender for sender, receiver in found.counts("flow").cells if receiver == of(hub)}
    assert len(senders) >= len(WORLD) // 2


def check_silence(client: FlaskClient, truth: dict[str, Any]) -> None:
    """The two that were planted to be silent come first, and what is said of them is true."""
    page = words(client, "/network/scorecards?period=2025")
    shown = re.findall(r"(Lembaga [\w-]+) Asked:", page)
    planted = {names()[key] for key, quiet in silence(truth).items() if quiet > 0.3}
    assert len(planted) == 2
    assert set(shown[:2]) == planted
    found = publication("2025")
    assert found is not None
    steps = found.figures("share/expired/receiver")
    for key, quiet in silence(truth).items():
        between = steps.of(of(names()[key]))
        if between is not None:  # what people called off was never silence
            assert between[0] - 0.1 <= quiet <= between[1] + 0.2, key


def check_gaps(client: FlaskClient, truth: dict[str, Any]) -> None:
    """What nobody offers is on the list of the worst; nothing else was looked for in vain."""
    page = words(client, "/network/gaps/worst?period=2025")
    planted = {gap["need"] for gap in truth["gaps"]}
    assert planted
    for need in planted:
        assert f"{all_needs()[need].label('en')}: nobody in the network takes anyone" in page
    found = publication("2025")
    assert found is not None
    searched = found.counts("need", of="searches").cells
    assert {need for (need,) in searched} <= planted
    areas = {(gap["area"], gap["need"]) for gap in truth["gaps"]}
    shown = {key for key, count in found.counts("need_area", of="searches").cells.items() if count}
    assert shown <= areas


def check_times(client: FlaskClient, truth: dict[str, Any]) -> None:
    """The true median of who is always there lies between the published steps, or near them."""
    found = publication("2025")
    assert found is not None
    steps = found.figures("minutes/decided/receiver").of(of(names()[truth["hub"]]))
    assert steps is not None
    manners = truth["agencies"][truth["hub"]]["answers"].values()
    minutes = [manner["minutes"] for by_urgency in manners for manner in by_urgency.values()]
    assert min(minutes) <= steps[1]
    assert steps[0] <= max(minutes)
    page = words(client, "/network/indicators?period=2025")
    assert "Time until decided" in page


def words(client: FlaskClient, path: str) -> str:
    """What a page says, without its tags."""
    answer = client.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    text = answer.get_data(as_text=True).partition("<main")[2]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def names() -> dict[str, str]:
    """The names of the agencies by their keys."""
    return dict(db.session.execute(select(Agency.key, Agency.name)).all())


def of(name: str) -> str:
    """An agency's id as publications write it."""
    return db.session.scalars(select(Agency.id).where(Agency.name == name)).one().hex


def silence(truth: dict[str, Any]) -> dict[str, float]:
    """How often each agency leaves somebody without an answer, on average over what it is asked."""
    found = {}
    for key, answerer in truth["agencies"].items():
        all_of_it = [
            m["silence"] for manners in answerer["answers"].values() for m in manners.values()
        ]
        found[key] = sum(all_of_it) / len(all_of_it)
    return found
