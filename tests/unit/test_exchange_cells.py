"""Cells: each kind is read and spelled so that nothing is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.exchange import messages as says
from agencies.exchange.cells import (
    clean,
    read_areas,
    read_date,
    read_key,
    read_needs,
    read_yes_no,
    spell_areas,
)
from agencies.exchange.coordinates import read_point, spell_degrees
from agencies.exchange.languages import read_languages, spell_languages
from agencies.exchange.lists import escape, read_list, spell_list, split_once, unescape
from agencies.exchange.messages import CellError, Notes, quoted
from agencies.exchange.neutral import neutralised, restored
from agencies.exchange.phones import read_phones, spell_phones
from agencies.models import PhoneKind
from agencies.models.records import AreaRecord, PhoneRecord

kept = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
trimmed = st.text(kept, min_size=1).map(str.strip).filter(bool)


class TestNeutral:
    @given(st.text())
    def test_is_undone_exactly(self, text: str) -> None:
        assert restored(neutralised(text)) == text

    @given(st.text(alphabet="'=+-@\t0a.", min_size=1))
    def test_is_undone_exactly_where_it_is_hard(self, text: str) -> None:
        assert restored(neutralised(text)) == text

    @given(st.text(min_size=1))
    def test_nothing_is_run(self, text: str) -> None:
        shown = neutralised(text)
        is_number = re.fullmatch(r"-?[\d.e-]+", shown)
        assert shown[0] not in "=+-@\t\r" or is_number

    def test_numbers_stay_numbers(self) -> None:
        assert neutralised("-6.2") == "-6.2"
        assert neutralised("+62 21 5550") == "'+62 21 5550"


class TestLists:
    @given(st.lists(trimmed))
    def test_round_trip(self, parts: list[str]) -> None:
        assert read_list(spell_list(parts)) == tuple(parts)

    @given(st.text(), st.text(alphabet=";:)", max_size=3))
    def test_escapes_are_undone(self, text: str, special: str) -> None:
        assert unescape(escape(text, special), special) == text

    def test_a_backslash_needs_no_thought(self) -> None:
        assert read_list(r"KTP\KK; akta") == (r"KTP\KK", "akta")

    def test_escaped_separators_do_not_separate(self) -> None:
        assert split_once(r"a\:b:c", ":") == (r"a\:b", "c")


class TestTexts:
    def test_line_ends_have_one_spelling(self) -> None:
        assert clean(" a\r\nb\rc ") == "a\nb\nc"

    @pytest.mark.parametrize("text", ["a\0b", "a\x07b", "a\x1b[31mb", "a\ud800b"])
    def test_what_no_table_keeps_is_refused(self, text: str) -> None:
        with pytest.raises(CellError) as error:
            clean(text)
        assert error.value.message == says.WRONG_CHARACTER

    def test_huge_cells_are_refused(self) -> None:
        with pytest.raises(CellError) as error:
            clean("x" * 20_001)
        assert error.value.message == says.TOO_LONG

    def test_quotes_are_short_and_harmless(self) -> None:
        assert quoted("\x1b[2J" + "x" * 100) == "�[2J" + "x" * 55 + "…"


class TestWords:
    @pytest.mark.parametrize("word", ["yes", "Ya", "YA", "y", "true"])
    def test_yes(self, word: str) -> None:
        assert read_yes_no(word) is True

    @pytest.mark.parametrize("word", ["no", "Tidak", "n", "FALSE"])
    def test_no(self, word: str) -> None:
        assert read_yes_no(word) is False

    @pytest.mark.parametrize("word", ["maybe", "2", "ja", "✓"])
    def test_neither(self, word: str) -> None:
        with pytest.raises(CellError):
            read_yes_no(word)

    def test_needs_are_codes_each_once(self) -> None:
        assert read_needs("s1, S4;s1") == ("S1", "S4")

    @pytest.mark.parametrize("key", ["", "a b", "-a", "ä", "a/b", "a" * 201])
    def test_no_key(self, key: str) -> None:
        with pytest.raises(CellError):
            read_key(key)

    @pytest.mark.parametrize("day", ["2026-02-30", "30/11/2026", "2026", "20261130", "2026-13-01"])
    def test_no_date(self, day: str) -> None:
        with pytest.raises(CellError) as error:
            read_date(day)
        assert error.value.message == says.IMPOSSIBLE_DATE


class TestAreas:
    @pytest.mark.parametrize("cell", ["ID", "31.75 31.74", "31.75.10.1001", "Jabodetabek; 31.75"])
    def test_round_trip(self, cell: str) -> None:
        assert read_areas(spell_areas(read_areas(cell))) == read_areas(cell)

    def test_words_are_words(self) -> None:
        assert read_areas("warga DKI") == (AreaRecord(name="warga DKI"),)


class TestLanguages:
    def test_codes_and_names(self) -> None:
        read = read_languages('id JV "Bahasa Isyarat"', by_interpreter=False)
        assert [one.code or one.name for one in read] == ["id", "jv", "Bahasa Isyarat"]
        assert spell_languages(read, by_interpreter=False) == 'id jv "Bahasa Isyarat"'

    @pytest.mark.parametrize("cell", ["indonesia!", "i", '"', "id; 12"])
    def test_wrong_codes(self, cell: str) -> None:
        with pytest.raises(CellError):
            read_languages(cell, by_interpreter=False)


phones = st.builds(
    PhoneRecord,
    number=st.from_regex(r"(\+62 |0)\d{2,3}[- ]\d{4,7}", fullmatch=True),
    extension=st.none() | st.from_regex(r"[0-9]{1,4}", fullmatch=True),
    kind=st.sampled_from(PhoneKind),
    description=st.none() | trimmed,
)


class TestPhones:
    @given(st.lists(phones, unique=True).map(tuple))
    def test_round_trip(self, given_phones: tuple[PhoneRecord, ...]) -> None:
        assert read_phones(spell_phones(given_phones)) == given_phones

    def test_the_documented_spelling(self) -> None:
        cell = "021-5550123; 0812-0000-0001 (whatsapp)"
        assert [p.kind for p in read_phones(cell)] == [PhoneKind.VOICE, PhoneKind.WHATSAPP]
        assert spell_phones(read_phones(cell)) == cell

    @pytest.mark.parametrize("cell", ["call us", "12", "021-555 (beeper)", "0" * 16, "0812 / x"])
    def test_what_nobody_could_dial(self, cell: str) -> None:
        with pytest.raises(CellError) as error:
            read_phones(cell)
        assert error.value.message == says.UNREADABLE_PHONE


class TestCoordinates:
    @given(st.floats(-90, 90), st.floats(-180, 180))
    def test_degrees_are_exact(self, latitude: float, longitude: float) -> None:
        notes = Notes()
        point = read_point(spell_degrees(latitude), spell_degrees(longitude), notes)
        if point is not None:
            assert point == (latitude, longitude)

    @pytest.mark.parametrize(
        ("latitude", "longitude", "field", "message"),
        [
            ("91.5", "10", "latitude", says.LATITUDE_RANGE),
            ("10", "181", "longitude", says.LONGITUDE_RANGE),
            ("106.8", "-6.2", "latitude", says.SWAPPED),
            ("0", "0.0", "latitude", says.NULL_ISLAND),
            ("nan", "106.8", "latitude", says.NOT_A_NUMBER),
            ("-6.2", "inf", "longitude", says.NOT_A_NUMBER),
            ("6°12'S", "106.8", "latitude", says.NOT_A_NUMBER),
            ("-6.2", "", "longitude", says.HALF_A_POINT),
            ("", "106.8", "latitude", says.HALF_A_POINT),
            ("1e400", "106.8", "latitude", says.NOT_A_NUMBER),
        ],
    )
    def test_what_is_no_point(
        self, latitude: str, longitude: str, field: str, message: str
    ) -> None:
        notes = Notes()
        assert read_point(latitude, longitude, notes) is None
        assert [(t.field, t.message) for t in notes.refused] == [(field, message)]
        assert notes.refused[0].values == ()  # no position is ever quoted

    def test_a_decimal_comma_is_understood(self) -> None:
        assert read_point("-6,2", "106,8", Notes()) == (-6.2, 106.8)
