"""A question as programs send it when all is as described: read in a tenth of marshmallow's time.

What is not surely right in every word is left to `schemas.find`, which knows other spellings and
says what is wrong. Whatever is read here, that would read alike (tests/unit/test_quick.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from agencies.queries.find.understand import Asked
from agencies.rules.needs import Urgency, all_needs
from agencies.rules.person import OLDEST, Certainty, Disability, Person, Sex, parse_children
from core.clock import now
from core.i18n import LANGUAGES

Read = tuple[Asked, int | None, str | None]  # what is asked, how many results, which language

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?[+-]\d\d:\d\d", re.ASCII)
_SEXES: Final = {sex.value: sex for sex in Sex}
_CERTAINTIES: Final = {certainty.value: certainty for certainty in Certainty}
_DISABILITIES: Final = {kind.value: kind for kind in Disability}
_URGENCIES: Final = {urgency.value: urgency for urgency in Urgency}
_OF_PERSON: Final = frozenset(Person.__dataclass_fields__)
_OF_QUESTION: Final = frozenset(
    {"needs", "lat", "lon", "place", "limit", "lang", "person", "at", "urgency"}
)


def read_well_formed(
    body: Any, *, most_needs: int, most_results: int, farthest: timedelta
) -> Read | None:
    """What the body of a question asks; None when another has to look at it."""
    if type(body) is not dict or not body.keys() <= _OF_QUESTION:
        return None
    try:
        asked = Asked(
            needs=_needs(body["needs"], most_needs),
            person=_person(body["person"]) if "person" in body else Person(),
            place=_text(body["place"], 1, 120) if "place" in body else None,
            point=_point(body),
            at=_moment(body["at"], farthest) if "at" in body else None,
            urgency=_URGENCIES[body["urgency"]] if "urgency" in body else None,
        )
        limit = _whole(body["limit"], 1, most_results) if "limit" in body else None
        language = _known(body["lang"]) if "lang" in body else None
    except (KeyError, TypeError, ValueError):
        return None
    return asked, limit, language


def _needs(said: Any, most: int) -> tuple[str, ...]:
    codes = _list(said, 1, most)
    if not all_needs().keys() >= set(codes):
        raise ValueError
    return tuple(dict.fromkeys(codes))


def _person(said: Any) -> Person:
    if type(said) is not dict or not said.keys() <= _OF_PERSON:
        raise ValueError
    return Person(**{name: _READERS[name](value) for name, value in said.items()})


def _point(body: dict[str, Any]) -> tuple[float, float] | None:
    if "lat" not in body and "lon" not in body:
        return None
    return _degrees(body["lat"], 90), _degrees(body["lon"], 180)


def _degrees(said: Any, most: int) -> float:
    if type(said) not in (int, float) or not -most <= said <= most:
        raise ValueError
    return float(said)


def _whole(said: Any, low: int, high: int) -> int:
    if type(said) is not int or not low <= said <= high:
        raise ValueError
    return said


def _text(said: Any, low: int, high: int) -> str:
    if type(said) is not str or not low <= len(said) <= high:
        raise ValueError
    return said


def _list(said: Any, low: int, high: int) -> list[Any]:
    if type(said) is not list or not low <= len(said) <= high:
        raise ValueError
    return said


def _moment(said: Any, farthest: timedelta) -> datetime:
    if not _MOMENT.fullmatch(said):
        raise ValueError
    moment = datetime.fromisoformat(said)
    if abs(moment - now()) > farthest:
        raise ValueError
    return moment


def _known(said: Any) -> str:
    if said not in LANGUAGES:
        raise ValueError
    return str(said)


def _kinds(said: Any) -> tuple[Disability, ...]:
    return tuple(dict.fromkeys(_DISABILITIES[kind] for kind in _list(said, 0, len(Disability))))


def _languages(said: Any) -> tuple[str, ...]:
    spoken = [_text(one, 2, 20) for one in _list(said, 0, 10)]
    return tuple(code.lower() for code in dict.fromkeys(spoken))


def _yes_or_no(said: Any) -> bool:
    if type(said) is not bool:
        raise ValueError
    return said


_READERS: dict[str, Callable[[Any], Any]] = {
    "sex": _SEXES.__getitem__,
    "age": lambda said: _whole(said, 0, OLDEST),
    "age_certainty": _CERTAINTIES.__getitem__,
    "children": lambda said: parse_children(_text(said, 0, 100)),
    "disability": _kinds,
    "languages": _languages,
    "nationality": lambda said: _text(said, 2, 2).upper(),
    "id_document": _yes_or_no,
}
