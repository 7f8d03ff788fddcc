"""Numbers as people read, dial and chat to them."""

from __future__ import annotations

import pytest

from core.phones import chat_url, dial_url, is_number, spell


@pytest.mark.parametrize(
    ("given", "read", "dialled"),
    [
        ("021-5550123", "(021) 5550123", "tel:+62215550123"),
        ("+62 21 5550123", "(021) 5550123", "tel:+62215550123"),
        ("0812-0000-0001", "0812-0000-0001", "tel:+6281200000001"),
        ("129", "129", "tel:129"),
        ("112", "112", "tel:112"),
        ("ask the neighbour", "ask the neighbour", ""),
    ],
)
def test_numbers(given: str, read: str, dialled: str) -> None:
    """As read and as dialled; what is no number stays as it was given."""
    assert spell(given) == read
    assert dial_url(given) == dialled


def test_a_chat_link_is_a_number_and_nothing_else() -> None:
    """Not one word that a messenger could read."""
    assert chat_url("0812-0000-0001") == "https://wa.me/6281200000001"
    assert chat_url("no number") == ""


def test_what_can_be_dialled() -> None:
    """Short numbers can, words cannot."""
    assert is_number("129")
    assert is_number("021-5550123")
    assert not is_number("12")
    assert not is_number("rahasia")
