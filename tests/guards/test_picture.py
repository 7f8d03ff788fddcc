"""The picture and the table of moves in the docs are those of the code."""

from __future__ import annotations

from xml.etree import ElementTree

from referral.cli.moves import PAGE, PICTURE, page_with_table
from referral.cli.picture import LINES, moves_as_picture, moves_as_table
from referral.rules.moves import Name, Party
from referral.rules.states import State


def test_picture_and_table_are_current() -> None:
    """If this fails: flask referral moves --write"""
    assert PICTURE.read_text(encoding="utf-8") == moves_as_picture()
    page = PAGE.read_text(encoding="utf-8")
    assert page == page_with_table(page)


def test_the_picture_shows_every_state_and_every_party() -> None:
    tree = ElementTree.fromstring(moves_as_picture())
    texts = {text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")}
    shown = {state.value.replace("_", " ") for state in State} - {"accepted with conditions"}
    assert shown | {"with conditions"} <= texts
    assert {party.value for party in Party} <= texts
    assert LINES.keys() == set(Party)


def test_the_table_has_every_move() -> None:
    said = {line.split(" | ")[0].strip("| ") for line in moves_as_table().splitlines()[2:]}
    assert said == {name.value for name in Name}
