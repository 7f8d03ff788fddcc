"""Mappings of other people's facility lists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agencies.exchange.facility_phones import phone_rules
from agencies.exchange.mapping import read_mapping
from agencies.exchange.messages import Notes
from agencies.exchange.templates import Template
from core.errors import RefusedError
from tests.support.exchange import save

RULES = phone_rules(
    {"area_code": "021", "remove": [r"\s*\((?:\d+ lines|[^)]*verify[^)]*)\)"]},
)


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        ("3503150; 3503003", "021-3503150; 021-3503003"),
        ("5703081 - 85", "021-5703081; 021-5703085"),
        ("4202851-4", "021-4202851; 021-4202854"),
        ("8000693-695", "021-8000693; 021-8000695"),
        ("42801567-4250451", "021-42801567; 021-4250451"),
        ("4723402 - 4703333", "021-4723402; 021-4703333"),
        ("5682841- 42 - 43", "021-5682841; 021-5682842; 021-5682843"),
        ("5300887 ; 8 ; 9", "021-5300887; 021-5300888; 021-5300889"),
        ("5669411 - 12; 5658870", "021-5669411; 021-5669412; 021-5658870"),
        ("435 8809", "021-4358809"),
        ("8401127/ 8400109", "021-8401127; 021-8400109"),
        ("021-4357508, 021-4293035", "021-4357508; 021-4293035"),
        ("021-33230332; 33312388", "021-33230332; 021-33312388"),
        ("0813-8882-2669; (021) 8779-7289", "0813-8882-2669; (021) 8779-7289"),
        ("129; 08111129129 (WhatsApp)", "129; 08111129129 (whatsapp)"),
        ("29484848  (10 lines)", "021-29484848"),
        ("081317617626 (2019; re-verify)", "081317617626"),
        ("0213916858", "0213916858"),
        ("", ""),
    ],
)
def test_phones_of_facility_lists(given: str, spelled: str) -> None:
    """Second numbers by their ends, pairs, area codes, remarks."""
    notes = Notes()
    assert RULES.spell(given, "agency_phones", notes) == spelled
    assert not notes.warnings


def test_what_is_no_phone_is_left_out_with_a_warning() -> None:
    """An extension that stands alone, a word."""
    notes = Notes()
    assert RULES.spell("3904422 Ext.1900 ;1919; call", "phones", notes) == "3904422 ext 1900"
    assert [trouble.values for trouble in notes.warnings] == [
        (("value", "1919"),),
        (("value", "call"),),
    ]


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{type}-{id}", "police-7"),
        ("RSUD {name}", "RSUD POS ÜBER"),
        ("{name|title}", "Pos Über"),
        ("{name|slug}", "pos-ber"),
        ("{{{id}}}", "{7}"),
        ("{empty}: nothing", ""),
        ("always", "always"),
    ],
)
def test_templates(template: str, filled: str) -> None:
    """Columns in braces, filters behind bars; empty when all that is named is empty."""
    cells = {"type": "police", "id": "7", "name": "POS ÜBER", "empty": ""}
    assert Template.parse(template).fill(cells) == filled


@pytest.mark.parametrize("template", ["{", "}", "{a b", "{name|shout}", "{name|}"])
def test_wrong_templates(template: str) -> None:
    """A brace out of place or an unknown filter stops the mapping, not the tenth row."""
    with pytest.raises(ValueError):
        Template.parse(template)


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        ("[columns]\nagency_kye = '{id}'", "agency_kye"),
        ("[colums]\n", "colums"),
        ("[columns]\nagency_key = '{id'", "{id"),
        ("[[rules]]\nif = {a = 'b'}", "if"),
        ("[[rules]]\nwhen = {a = '~('}", "unterminated"),
        ("[phones]\nsplit = ';'", "split"),
        ("[hsds]\nneeds = {a = 'X9'}", "X9"),
        ("[hsds]\ntier = 'open'", "tier"),
        ("columns = 3", "a table"),
        ("not toml", "Expected"),
    ],
)
def test_a_wrong_mapping_says_where(toml: str, reason: str, tmp_path: Path) -> None:
    """Before any row is read."""
    with pytest.raises(RefusedError, match=re.escape(reason)):
        read_mapping(save(tmp_path, toml, "map.toml"))
