"""The rules of the form: what is needed, what is warned of, clocks of facts, papers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agencies.rules.needs import Urgency
from referral.rules.attachments import download_name, harmless_name, media_type_of
from referral.rules.careful import Care, careful
from referral.rules.needed import folded, needed
from referral.rules.time_critical import (
    Critical,
    Window,
    from_hours,
    is_assault_within_pep,
    read_time_fact,
    spell_time_fact,
)

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def test_an_emergency_asks_for_the_fields_marked_e_and_a_basis() -> None:
    """Nothing else stands between a person and a bed."""
    names = needed(Urgency.EMERGENCY, by_consent=None, may_be_child=True)
    assert names == ("receiver", "need", "reason", "sex", "age", "danger", "basis")
    assert needed(Urgency.EMERGENCY, by_consent=True, may_be_child=False)[-1] == "mode"
    assert folded(Urgency.EMERGENCY)


@pytest.mark.parametrize("urgency", [Urgency.URGENT, Urgency.ROUTINE])
def test_otherwise_the_starred_fields_too(urgency: Urgency) -> None:
    """Every (E) field is among them."""
    names = needed(urgency, by_consent=True, may_be_child=False)
    assert set(needed(Urgency.EMERGENCY, by_consent=True, may_be_child=False)) < set(names)
    assert {"contact", "escort", "purpose"} <= set(names)
    assert "official" in needed(urgency, by_consent=False, may_be_child=False)
    assert {"unaccompanied", "assent"} <= set(needed(urgency, by_consent=True, may_be_child=True))
    assert not folded(urgency)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("reason", "Perlu tempat aman malam ini", ()),
        ("reason", "Needs a bed for 14 days, came with 2 children", ()),
        ("reason", "NIK 3175 0911 0288 0003", (Care.NIK,)),
        ("reason", "3175091102880003", (Care.NIK,)),
        ("reason", "hubungi kakaknya 0812-3456-7890", (Care.PHONE,)),
        ("reason", "call +62 812 3456 789", (Care.PHONE,)),
        ("reason", "021-5550123", (Care.PHONE,)),
        ("reason", "Tahun 2026, 3 hari, LP 12/2026", ()),
        ("reason", "hasil HIV belum ada", (Care.HEALTH,)),
        ("reason", "She is pregnant", (Care.HEALTH,)),
        ("health", "hasil HIV belum ada", ()),
        ("reason", "sembunyi di Jl. Melati 5", (Care.ADDRESS,)),
        ("transport", "Jalan kaki dari halte", ()),
        ("reason", "tinggal di RT 05", (Care.ADDRESS,)),
        ("reason", "pelaku bernama Budi", (Care.NAME,)),
        ("must_not_know", "pelaku bernama Budi", ()),
        ("contact", "WA 0812-3456-7890, jam 9 sampai 11", ()),
        ("contact", "NIK 3175091102880003", (Care.NIK,)),
    ],
)
def test_what_a_text_seems_to_hold(name: str, text: str, found: tuple[Care, ...]) -> None:
    """A gentle word for what does not belong there, and none for what the field is for."""
    assert careful(name, text) == found


def test_an_assault_keeps_its_windows_however_late_it_is_read() -> None:
    """50 hours ago: the window of 72 h closes in 22."""
    fact = from_hours(Critical.ASSAULT, 50, NOW)
    kept = read_time_fact(spell_time_fact(fact))
    assert kept == fact
    assert dict(kept.closes())[Window.PEP] == NOW + timedelta(hours=22)
    assert is_assault_within_pep(fact, NOW)
    assert is_assault_within_pep(fact, NOW + timedelta(hours=22))
    assert not is_assault_within_pep(fact, NOW + timedelta(hours=23))


def test_what_is_ahead_counts_forward_and_plain_words_stay_words() -> None:
    """A hearing in two days; somebody's own words."""
    fact = from_hours(Critical.HEARING, 48, NOW)
    assert fact.at == NOW + timedelta(hours=48)
    assert fact.closes() == ()
    for words in ("assault about 50 h ago", "assault@soon", "x@2026-11-22T15:00+00:00", ""):
        assert read_time_fact(words) is None
    with pytest.raises(ValueError, match="-1"):
        from_hours(Critical.HEARING, -1, NOW)


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 20 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20 + b"IEND\xaeB`\x82"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (JPEG, "image/jpeg"),
        (PNG, "image/png"),
        (b"", None),
        (b"MZ\x90\x00", None),
        (b"<html><script>alert(1)</script>", None),
        (b"GIF89a", None),
        (PDF[:20], None),
        (b"x" + PDF, None),
        (b"PK\x03\x04", None),
    ],
)
def test_bytes_say_what_a_paper_is(content: bytes, media_type: str | None) -> None:
    """By signature, whole, and nothing else is taken."""
    assert media_type_of(content) == media_type


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Surat pengantar.pdf", "Surat pengantar.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\foto.JPG", "foto.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("\u202efdp.exe", "fdp exe.pdf"),
        ("<img src=x onerror=alert(1)>", "img src=x onerror=alert(1).pdf"),
        ("", "file.pdf"),
        ("....", "file.pdf"),
        ("x" * 300, "x" * 80 + ".pdf"),
    ],
)
def test_hostile_names_are_harmless(typed: str, shown: str) -> None:
    """Path, control letters, turned writing and endings are gone."""
    assert harmless_name(typed, "application/pdf") == shown


def test_a_download_tells_nobodys_name() -> None:
    """The code and a number."""
    assert download_name("RUJ-7F3K2", 1, "image/jpeg") == "RUJ-7F3K2-1.jpg"
