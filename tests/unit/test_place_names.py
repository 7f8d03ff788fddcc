"""Names of places: folding, spellings, codes, and the readings of what was typed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.rules.place_asked import MOST_LETTERS, lies_in, read, read_unfinished, readings
from agencies.rules.place_codes import (
    around,
    is_code,
    kind_of,
    level_of,
    parent_of,
    parents_of,
    typed_code,
)
from agencies.rules.place_names import bare, fold, forms_of_parent, modern, shown_name, spellings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kramat Jati", "Kramatjati"),
        ("PAL MERAH", "palmerah"),
        ("Pulogadung", "Pulo-Gadung"),
        ("Ba'a", "Baa"),
        ("Kep. Seribu", "Kepulauan Seribu"),
        ("Tj. Priok", "Tanjung Priok"),
        ("Sei Rampah", "Sungai Rampah"),
        ("Rao–Rao", "rao rao"),
        ("Ngémplak", "Ngemplak"),
    ],
)
def test_ways_of_writing_are_folded_together(one: str, other: str) -> None:
    """Case, accents, spaces, signs and common short forms make no difference."""
    assert fold(one) == fold(other) != ""


@given(st.text(max_size=60))
def test_folding_leaves_letters_and_digits(text: str) -> None:
    """Whatever was typed, the folded name is safe to compare, and case made no difference."""
    assert re.fullmatch(r"[a-z0-9]*", fold(text))
    assert fold(text.lower()) == fold(text) or not text.isascii()


@pytest.mark.parametrize(
    ("name", "level", "known"),
    [
        ("Kota Administrasi Jakarta Timur", "regency", {"jakartatimur", "jaktim", "eastjakarta"}),
        ("Jakarta Barat", "regency", {"jakartabarat", "jakbar"}),
        ("Kota Tangerang Selatan", "regency", {"tangerangselatan", "tangsel", "southtangerang"}),
        ("Daerah Khusus Ibukota Jakarta", "province", {"dki", "dkijakarta", "jakarta"}),
        ("Daerah Khusus Jakarta", "province", {"dkj", "dkijakarta"}),
        ("Jawa Barat", "province", {"jabar", "westjava"}),
        ("Kepulauan Riau", "province", {"kepri", "riauislands"}),
        ("Kabupaten Administrasi Kepulauan Seribu", "regency", {"kepulauanseribu"}),
        ("Kota Baru", "district", {"kotabaru"}),
        ("Tiro/Truseb", "district", {"tiro", "truseb", "tirotruseb"}),
        ("Kurau (Timur)", "village", {"kurau", "kurautimur"}),
    ],
)
def test_spellings(name: str, level: str, known: set[str]) -> None:
    """Short and English names, names without the word for what they are, names with two forms."""
    assert known <= spellings(name, level)


def test_a_village_called_kota_keeps_its_name() -> None:
    """*Kota Baru* is a name; only for regencies `Kota` says what it is."""
    assert "baru" not in spellings("Kota Baru", "village")
    assert spellings("Kota Bogor", "regency") == {"bogor"}


@pytest.mark.parametrize(
    ("old", "today"),
    [
        ("kramatdjati", "kramatjati"),
        ("tjipajoeng", "cipayung"),
        ("soerabaja", "surabaya"),
        ("djakarta", "jakarta"),
        ("banjoemas", "banyumas"),
    ],
)
def test_old_orthography(old: str, today: str) -> None:
    """The spelling before 1972 leads to today's name."""
    assert today in modern(old)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Kota Administrasi Jakarta Timur", "Jakarta Timur"),
        ("Daerah Khusus Ibukota Jakarta", "DKI Jakarta"),
        ("Daerah Istimewa Yogyakarta", "DI Yogyakarta"),
        ("PULAU TIDUNG", "Pulau Tidung"),
        ("Kota Depok", "Kota Depok"),
        ("Kabupaten  Bogor", "Kabupaten Bogor"),
    ],
)
def test_names_are_shown_as_people_say_them(name: str, shown: str) -> None:
    """Short, but `Kota` and `Kabupaten` stay, because they tell two places apart."""
    assert shown_name(name) == shown


def test_a_parent_may_be_named_with_what_it_is() -> None:
    """*Kec. Cipayung*, *Kota Depok*, *Kab. Bogor*; a city is no kabupaten."""
    assert fold("Kec. Cipayung") in forms_of_parent("Cipayung", "district")
    assert fold("Kota Depok") in forms_of_parent("Kota Depok", "regency")
    assert fold("Kab. Bogor") in forms_of_parent("Kabupaten Bogor", "regency")
    assert fold("Kab. Bogor") not in forms_of_parent("Kota Bogor", "regency")
    assert bare(fold("Kab. Bogor")) == "bogor"


@pytest.mark.parametrize("text", ["31.75.10", "317510", " 31.75.10. "])
def test_codes_are_read_with_and_without_dots(text: str) -> None:
    """As people copy them from letters."""
    assert typed_code(text) == "31.75.10"


@pytest.mark.parametrize("text", ["", "3", "31.7", "31.75.10.1", "12345", "٣١", "31.75.10 x"])
def test_other_numbers_are_no_codes(text: str) -> None:
    """A postal code is not a place's code."""
    assert typed_code(text) is None
    assert not is_code(text)


def test_a_code_tells_its_place() -> None:
    """Level, parents, and what people call it."""
    assert [level_of(c) for c in ("31", "31.75", "31.75.10", "31.75.10.1001")] == [
        "province",
        "regency",
        "district",
        "village",
    ]
    assert parents_of("31.75.10.1001") == ("31.75.10", "31.75", "31")
    assert parent_of("31.75") == "31"
    assert parent_of("31") is None
    assert around("31.75.10.1001", "district") == "31.75.10"
    assert [kind_of(c) for c in ("32.01", "32.71", "31.75.10.1001", "32.01.01.2001")] == [
        "regency",
        "city",
        "urban_village",
        "village",
    ]
    with pytest.raises(ValueError):
        level_of("x")


def _read(text: str) -> set[tuple[str, str | None, tuple[str, ...]]]:
    return {(r.name, r.kind, r.around) for step in readings(read(text)) for r in step}


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("Kota Bogor", ("bogor", "city", ())),
        ("Kab. Bogor", ("bogor", "regency", ())),
        ("Kota Adm. Jakarta Timur", ("jakartatimur", "city", ())),
        ("Cipayung, Jakarta Timur", ("cipayung", None, ("jakartatimur",))),
        ("Cipayung Depok", ("cipayung", None, ("depok",))),
        ("Kel. Cipayung Kec. Cipayung", ("cipayung", "village", ("kecamatancipayung",))),
        ("Cipayung (kecamatan), Depok", ("cipayung", "district", ("depok",))),
        ("Cipayung (urban village), Depok", ("cipayung", "village", ("depok",))),
        ("Jakarta Timur, Cipayung", ("cipayung", None, ("jakartatimur",))),
    ],
)
def test_what_was_typed_can_be_read_so(
    text: str, reading: tuple[str, str | None, tuple[str, ...]]
) -> None:
    """Kinds before and behind a name, parents with and without a comma, either way round."""
    assert reading in _read(text)


@pytest.mark.parametrize("text", ["", " ,;() ", "!?", "x" * (MOST_LETTERS + 1), "a " * 20])
def test_what_is_no_name_has_no_readings(text: str) -> None:
    """Nothing, signs only, or more than a place's name ever holds."""
    assert _read(text) == set()


@given(st.text(alphabet="abc kota,()", max_size=80))
def test_readings_always_have_a_name(text: str) -> None:
    """Whatever stands between commas and brackets."""
    assert all(name for name, _kind, _around in _read(text))


def test_lies_in() -> None:
    """Parents in order, none twice, some left away, several in one word."""
    parents = [frozenset({"cipayung"}), frozenset({"depok", "kotadepok"}), frozenset({"jabar"})]
    assert lies_in((), parents)
    assert lies_in(("depok",), parents)
    assert lies_in(("cipayungkotadepokjabar",), parents)
    assert lies_in(("cipayung", "jabar"), parents)
    assert lies_in(("dep",), parents, unfinished=True)
    assert not lies_in(("dep",), parents)
    assert not lies_in(("depok", "cipayung"), parents)
    assert not lies_in(("depok", "depok"), parents)
    assert not lies_in(("bogor",), parents)


def test_while_typing_a_short_form_may_still_become_a_name() -> None:
    """*kep* is on its way to Kepulauan or to Kepanjen; *kep.* is decided."""
    assert {asked.folded for asked in read_unfinished("kep")} == {"kepulauan", "kep"}
    assert {asked.folded for asked in read_unfinished("kep.")} == {"kepulauan"}
    assert {asked.folded for asked in read_unfinished("")} == {""}


@pytest.mark.parametrize("text", ["Jl. Melati 5", "Gang Mawar", "Cipayung RT 03", "Blok M"])
def test_an_address_is_seen_as_one(text: str) -> None:
    """Its words are no spelling mistakes of a village's name."""
    assert read(text).is_address
    assert not read("Kramat Jati").is_address
