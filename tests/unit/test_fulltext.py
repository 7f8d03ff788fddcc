"""Indonesian word forms find each other."""

from __future__ import annotations

import pytest

from core.fulltext import stems

FAMILIES = [
    "rujukan dirujuk merujuk perujuk",
    "pengaduan mengadu aduan",
    "pendampingan mendampingi pendamping",
    "penampungan menampung",
    "perlindungan melindungi pelindungan",
    "pemulangan dipulangkan",
    "pelatihan latihan",
    "penyelamatan menyelamatkan",
]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_one_stem(family: str) -> None:
    """The words of this field, which the stemmer alone tears apart."""
    assert len(set(stems(family))) == 1


def test_accents_and_capitals_do_not_matter() -> None:
    """Folded to letters and digits."""
    assert stems("RUMAH-Aman, Café 24") == ["rumah", "aman", "cafe", "24"]


def test_different_things_stay_different() -> None:
    """A stem that swallowed too much would find everything."""
    apart = stems("anak aman rumah hukum visum polisi perempuan pulang pulih")
    assert len(set(apart)) == len(apart)
