"""docs/import.md says what the code does."""

from __future__ import annotations

import re

from flask import Flask

from agencies.exchange import document, messages
from agencies.exchange.columns import NAMES
from agencies.exchange.mapping import SECTIONS
from tests.support.exchange import flask_agencies


def test_the_tables_are_current() -> None:
    """`flask agencies document --write` has nothing to do."""
    page = document.PAGE.read_text(encoding="utf-8")
    assert document.page(page) == page


def test_everything_is_there() -> None:
    """Every column, every message, every section of a mapping."""
    page = document.PAGE.read_text(encoding="utf-8")
    for name in (*NAMES, *SECTIONS):
        assert name in page
    ids = {*messages.FILE_MESSAGES, *messages.ROW_MESSAGES, *messages.WARNING_MESSAGES}
    assert page.count("\n- ") >= len(ids)


def test_no_message_is_forgotten() -> None:
    """Each message id of the module stands in one of the lists."""
    ids = [
        value
        for name, value in vars(messages).items()
        if name.isupper() and isinstance(value, str) and " " in value
    ]
    listed = [*messages.FILE_MESSAGES, *messages.ROW_MESSAGES, *messages.WARNING_MESSAGES]
    assert sorted(ids) == sorted(listed)
    assert len(set(listed)) == len(listed)


def test_placeholders_are_named() -> None:
    """`say` fills by name, so that a translation may turn the order round."""
    for text in (*messages.FILE_MESSAGES, *messages.ROW_MESSAGES, *messages.WARNING_MESSAGES):
        assert not re.search(r"%[^(]", text.replace("%%", ""))


def test_the_tables_can_be_printed(app: Flask) -> None:
    """For whoever wants to see them without the page."""
    assert "`agency_key` **needed**" in flask_agencies(app, "document").output
