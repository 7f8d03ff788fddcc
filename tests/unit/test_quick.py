"""The short way to read a question reads what the long one reads, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from agencies.schemas.find import FARTHEST, MOST_NEEDS, MOST_RESULTS, FindRequest
from agencies.schemas.quick import Read, read_well_formed
from core.i18n import init_i18n

_app = Flask(__name__)
init_i18n(_app, "en")

_odd = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 200), st.floats(-200, 200), st.just("12"),
    st.text(max_size=3), st.lists(st.text(max_size=2), max_size=2), st.just({}),
)  # fmt: skip
_zone = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
_moment = st.one_of(
    st.builds(
        lambda days, zone: (datetime.now(UTC) + timedelta(days=days)).astimezone(zone).isoformat(),
        st.floats(-400, 400),
        _zone,
    ),
    st.sampled_from(["2026-11-22", "2026-11-22T22:00:00", "2026-13-01T00:00:00+07:00", "x"]),
)


def _either(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(usual, usual, usual, usual, _odd)


_person = st.fixed_dictionaries(
    {},
    optional={
        "sex": _either(st.sampled_from(["female", "male", "other", "F", "laki-laki"])),
        "age": _either(st.integers(-1, 130)),
        "age_certainty": _either(st.sampled_from(["document", "stated", "estimated", "STATED"])),
        "children": _either(st.sampled_from(["", "M8,F3", "l8; p3", "M18", "X1"])),
        "disability": _either(
            st.one_of(
                st.lists(st.sampled_from(["mobility", "hearing", "tuli", "sight"]), max_size=6),
                st.just("mobility,sight"),
            )
        ),
        "languages": _either(st.lists(st.sampled_from(["id", "ID", "jv", "x"]), max_size=11)),
        "nationality": _either(st.sampled_from(["ID", "ph", "IDN"])),
        "id_document": _either(st.one_of(st.booleans(), st.sampled_from(["yes", "no", 1]))),
        "shoe_size": _odd,
    },
)
_body = st.fixed_dictionaries(
    {},
    optional={
        "needs": _either(
            st.lists(st.sampled_from(["S1", "S4", "P1", "K2", "s1", "Z9"]), max_size=11)
        ),
        "lat": _either(st.floats(-95, 95)),
        "lon": _either(st.integers(-185, 185)),
        "place": _either(st.text(max_size=130)),
        "limit": _either(st.integers(0, 60)),
        "lang": _either(st.sampled_from(["id", "en", "fr"])),
        "person": _either(_person),
        "at": _either(_moment),
        "urgency": _either(st.sampled_from(["emergency", "routine", "darurat"])),
    },
)
_plain = st.fixed_dictionaries(
    {"needs": st.lists(st.sampled_from(["S1", "S4", "P1"]), min_size=1, max_size=3)},
    optional={
        "person": st.fixed_dictionaries(
            {},
            optional={
                "sex": st.sampled_from(["female", "male"]),
                "age": st.integers(0, 120),
                "children": st.sampled_from(["M8,F3", "F1"]),
                "disability": st.lists(st.sampled_from(["mobility", "sight"]), max_size=5),
                "languages": st.lists(st.sampled_from(["id", "ID", "jv"]), max_size=10),
                "nationality": st.sampled_from(["ID", "ph"]),
                "id_document": st.booleans(),
            },
        ),
        "urgency": st.sampled_from(["emergency", "urgent", "routine"]),
        "limit": st.integers(1, 50),
        "lang": st.sampled_from(["id", "en"]),
    },
)


def _short_way(body: Any) -> Read | None:
    return read_well_formed(
        body, most_needs=MOST_NEEDS, most_results=MOST_RESULTS, farthest=FARTHEST
    )


def _long_way(body: Any) -> dict[str, Any] | None:
    try:
        with _app.test_request_context():
            found: dict[str, Any] = Schema.load(FindRequest(), body)
    except ValidationError:
        return None
    return found


@settings(max_examples=400)
@given(_body)
def test_what_is_read_is_read_alike(body: Any) -> None:
    """Whatever is sent: the short way says nothing, or what the long one says."""
    read = _short_way(body)
    if read is not None:
        assert _long_way(body) == {"asked": read[0], "limit": read[1] or 10}


@given(_plain)
def test_plain_questions_take_the_short_way(body: Any) -> None:
    """As documented, spelt as described."""
    assert _short_way(body) is not None
    assert _long_way(body) is not None


def test_what_is_no_question_is_left_to_the_long_way() -> None:
    """Which says what is wrong with it."""
    odd: list[Any] = [None, [], "S1", 3, {}, {"needs": [["S1"]]}, {"needs": ["S1"], "lat": 1.0}]
    for body in odd:
        assert _short_way(body) is None
