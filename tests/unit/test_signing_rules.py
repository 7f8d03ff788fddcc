"""Rules of signing in: passwords, waits, codes, addresses, devices."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.devices import device_of
from accounts.rules.local import local_address
from accounts.rules.passwords import Weakness, weakness
from accounts.rules.sessions import Wait, waits_for
from accounts.rules.throttle import FOR_ACCOUNT, FOR_ADDRESS, LONGEST_WAIT, free_again
from core import totp

T0 = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("tiga payung", Weakness.SHORT),
        ("x" * 201, Weakness.LONG),
        ("password1234", Weakness.COMMON),
        ("P@ssw0rd12345", Weakness.COMMON),
        ("qwertyuiop12", Weakness.COMMON),
        ("Indonesia1945", Weakness.COMMON),
        ("sayangkamu123", Weakness.COMMON),
        ("bismillah sayang 2024", Weakness.COMMON),
        ("081234567890", Weakness.COMMON),
        ("3175 0412 3456 7890", Weakness.COMMON),
        ("17-08-1945 17-08-1945", Weakness.COMMON),
        ("aaaaaaaaaaaaaaaa", Weakness.COMMON),
        ("abcdefghijklmnop", Weakness.COMMON),
        ("ani.wijaya@example", Weakness.OWN),
        ("Wijaya Ani 2026!", Weakness.OWN),
        ("kapal biru di teluk", None),
        ("correct horse battery staple", None),
        ("x7#kQ9$vLm2&", None),
        ("tujuh payung di gudang lama", None),
    ],
)
def test_passwords(password: str, found: Weakness | None) -> None:
    """What anybody would try first is refused; words that do not belong together are taken."""
    assert weakness(password, email="ani.wijaya@example.org", name="Ani Wijaya") is found


@given(st.text(max_size=300), st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_judged(password: str, email: str, name: str) -> None:
    """Whatever is typed, there is an answer."""
    assert weakness(password, email=email, name=name) in (None, *Weakness)


def test_waits_double_up_to_the_longest() -> None:
    """Five wrong attempts are free, then 30 s, 1 min … 15 min."""
    for count, seconds in ((4, 0), (5, 30), (6, 60), (9, 480), (10, 900), (40, 900)):
        until = free_again([T0] * count, FOR_ACCOUNT, T0)
        assert until == (T0 + timedelta(seconds=seconds) if seconds else None)
    assert free_again([T0] * 29, FOR_ADDRESS, T0) is None


@given(st.lists(st.integers(0, 10_000), max_size=60), st.integers(0, 20_000))
def test_nobody_waits_for_ever(seconds: list[int], later: int) -> None:
    """Never longer than the longest wait after the last attempt, and not after an hour."""
    wrong = [T0 + timedelta(seconds=s) for s in seconds if s <= later]
    moment = T0 + timedelta(seconds=later)
    until = free_again(wrong, FOR_ACCOUNT, moment)
    if until is not None:
        assert moment < until <= max(wrong) + LONGEST_WAIT


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, SHA-1, the last six of eight figures."""
    secret = b"12345678901234567890"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert totp.code_at(secret, datetime.fromtimestamp(seconds, UTC)) == code
    assert base64.b32decode(totp.spelt(secret)) == secret


@given(st.text(max_size=60))
def test_a_local_address_is_local(wish: str) -> None:
    """Nothing that a browser would read as another host."""
    found = local_address(wish)
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert "\t" not in found
    assert "\n" not in found


def test_what_a_session_waits_for() -> None:
    """Who has a factor shows it; who must have one makes one."""
    waits = {
        (strong, must, has): waits_for(strong=strong, must_be_strong=must, has_factor=has)
        for strong in (True, False)
        for must in (True, False)
        for has in (True, False)
    }
    assert [key for key, wait in waits.items() if wait is Wait.FACTOR] == [
        (False, True, True),
        (False, False, True),
    ]
    assert [key for key, wait in waits.items() if wait is Wait.ENROLMENT] == [(False, True, False)]


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Linux; Android 14) Chrome/140 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge · Windows"),
        ("curl/8", None),
    ],
)
def test_devices(agent: str, device: str | None) -> None:
    """In a word or two."""
    assert device_of(agent) == device
