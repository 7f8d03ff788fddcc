"""Both languages are complete: every message id of code and templates has its Indonesian text."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.pofile import read_po

from core.settings import ROOT
from scripts.translations import extract

CATALOGUE = ROOT / "translations" / "id" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@cache
def _catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="id")


def _texts(message: Message) -> list[str]:
    found = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return [str(text) for text in found]


@cache
def _used() -> set[str]:
    """Every message id that code or a template says, by the tool that `make translations` uses."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "messages.pot"
        extract(target)
        with target.open("rb") as file:
            found = read_po(file)
    return {m.id if isinstance(m.id, str) else m.id[0] for m in found if m.id}


def test_every_text_has_its_indonesian() -> None:
    """No message id without a translation, none fuzzy."""
    catalogue = _catalogue()
    missing = sorted(
        id_ for id_ in _used() if id_ not in catalogue or not all(_texts(catalogue[id_]))
    )
    assert not missing, f"{len(missing)} without Indonesian: {missing[:20]}"
    assert not [m.id for m in catalogue if m.fuzzy and m.id]


def test_no_translation_is_dead() -> None:
    """A text that nothing says is deleted."""
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in _catalogue() if m.id}
    plurals = {m.id[1] for m in _catalogue() if isinstance(m.id, (list, tuple))}
    assert not sorted(known - _used() - plurals)


def test_values_are_the_same_in_both_languages() -> None:
    """A translation names the same values as its id."""
    for message in _catalogue():
        if message.id:
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            wanted = set(PLACEHOLDER.findall(ids[-1]))
            for text in _texts(message):
                assert set(PLACEHOLDER.findall(text)) == wanted, ids[0]


def test_indonesian_words_of_the_field() -> None:
    """domain.md §7: rujukan, never referal; penyintas in screens; tindak lanjut, not follow up."""
    for message in _catalogue():
        for text in _texts(message):
            assert not re.search(r"\breferr?al\b|follow.?up|\bklien\b", text, re.I), text


def test_templates_hold_no_bare_text() -> None:
    """Words in a template stand inside _( ), so that both languages have them."""
    allowed = {"Rujukan", "· Rujukan", "WhatsApp", "km", "·", "…", "–"}
    for path in (ROOT / "templates").rglob("*.html"):
        if path.name == "style.html":  # for developers, in English
            continue
        for words in _bare_words(path):
            assert words in allowed, f"{path}: {words!r}"


def _bare_words(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\{#.*?#\}", " ", text, flags=re.S)
    text = re.sub(r"\{%.*?%\}", "\x00", text, flags=re.S)
    text = re.sub(r"\{\{.*?\}\}", "\x00", text, flags=re.S)
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", text, flags=re.S)
    text = re.sub(r"<[^>]*>", "\x00", text, flags=re.S)
    pieces = [re.sub(r"&\w+;", "", piece).strip() for piece in text.split("\x00")]
    return [piece for piece in pieces if re.search(r"[A-Za-z]{2,}", piece)]
