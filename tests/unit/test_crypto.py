"""Sealing: what is changed, moved or under another key does not open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.crypto import (
    PADDED_TO,
    CannotUnsealError,
    derive,
    keyed_hash,
    new_key,
    seal,
    seal_text,
    unseal,
    unseal_text,
)

KEY = new_key()


@given(st.text())
def test_a_text_comes_back(text: str) -> None:
    assert unseal_text(KEY, seal_text(KEY, text, "here"), "here") == text


def test_the_same_text_is_never_sealed_alike() -> None:
    assert seal_text(KEY, "Siti", "here") != seal_text(KEY, "Siti", "here")


def test_lengths_look_alike() -> None:
    lengths = {len(seal_text(KEY, "x" * n, "here")) for n in range(PADDED_TO)}
    assert len(lengths) == 1


def test_it_opens_nowhere_else_and_with_no_other_key() -> None:
    sealed = seal(KEY, b"Siti", "case/1/name")
    for key, place in ((KEY, "case/2/name"), (KEY, "case/1/notes"), (new_key(), "case/1/name")):
        with pytest.raises(CannotUnsealError):
            unseal(key, sealed, place)


def test_no_changed_cut_or_longer_value_opens() -> None:
    sealed = seal(KEY, b"Siti", "here")
    changed = [sealed[:n] + bytes([sealed[n] ^ 1]) + sealed[n + 1 :] for n in range(len(sealed))]
    cut = [sealed[:n] for n in range(len(sealed))]
    for wrong in (*changed, *cut, sealed + b"x", b""):
        with pytest.raises(CannotUnsealError):
            unseal(KEY, wrong, "here")


def test_a_padded_value_and_a_bare_one_are_not_mixed_up() -> None:
    with pytest.raises(CannotUnsealError):
        unseal_text(KEY, seal(KEY, b"Siti", "here"), "here")


def test_a_keyed_hash_depends_on_its_key_and_on_where_parts_end() -> None:
    assert keyed_hash(KEY, "a", "b") == keyed_hash(KEY, "a", "b")
    others = {keyed_hash(KEY, "ab", ""), keyed_hash(KEY, "", "ab"), keyed_hash(new_key(), "a", "b")}
    assert len(others | {keyed_hash(KEY, "a", "b")}) == 4


def test_derived_keys_differ_by_purpose_and_salt() -> None:
    assert len({KEY, derive(KEY, "a"), derive(KEY, "b"), derive(KEY, "a", b"salt")}) == 4
