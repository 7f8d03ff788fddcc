"""The house keeps its own rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from core import settings_page
from core.settings import ROOT, Settings
from core.variables import WrongSettingError

ROOMS = ("core", "accounts", "agencies", "referral", "maps")
LONGEST_SHELF = 300


def _files(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from (ROOT / room).rglob("*.py")


def test_the_settings_page_is_current() -> None:
    """`flask settings --write` has nothing to do."""
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert page == settings_page.document()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"RUJUKAN_LANGAUGE": "id"}, "RUJUKAN_LANGAUGE"),
        ({"RUJUKAN_LANGUAGE": "fr"}, "RUJUKAN_LANGUAGE"),
        ({"RUJUKAN_DEMO": "perhaps"}, "RUJUKAN_DEMO"),
        ({"RUJUKAN_GEOCODER_TIMEOUT": "soon"}, "RUJUKAN_GEOCODER_TIMEOUT"),
        ({"RUJUKAN_BEDS_FRESH_HOURS": "0"}, "RUJUKAN_BEDS_FRESH_HOURS"),
        ({"RUJUKAN_OPEN_TIER": "secret"}, "RUJUKAN_OPEN_TIER"),
        ({"RUJUKAN_GEOCODER": "photon"}, "RUJUKAN_GEOCODER_URL"),
        ({"RUJUKAN_ROADS": "osrm"}, "RUJUKAN_ROADS_URL"),
    ],
)
def test_a_wrong_setting_stops_the_start_by_name(given: dict[str, str], named: str) -> None:
    """Unknown, misspelt, out of range or contradictory: the sentence says which."""
    with pytest.raises(WrongSettingError, match=named):
        Settings.from_environment(given)


def test_settings_are_read() -> None:
    """Each kind of value arrives as its type."""
    found = Settings.from_environment(
        {"RUJUKAN_DEMO": "1", "RUJUKAN_GEOCODER_TIMEOUT": "1.5", "DATABASE_URL": "sqlite://"}
    )
    assert (found.demo, found.geocoder_timeout, found.url) == (True, 1.5, "sqlite://")
    assert found.visible_tier == "secret"
    assert Settings().visible_tier == "public"


def test_the_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    """The same key at the next start, readable for the owner alone."""
    first = Settings(data_dir=tmp_path).signing_key()
    assert Settings(data_dir=tmp_path).signing_key() == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_nobody_below_imports_wsgi() -> None:
    """`wsgi` imports every room and none imports it."""
    for path in _files(*ROOMS):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert "wsgi" not in names, path


def test_no_shelf_is_crowded() -> None:
    """A file past about 250 lines becomes a folder with a file per topic."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _files(*ROOMS)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_SHELF
    }
    assert not long


def test_public_functions_say_what_they_do() -> None:
    """Every public module, class and function of the rooms has a docstring."""
    silent = []
    for path in _files(*ROOMS):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            silent.append(str(path))
        for node in tree.body:
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                continue
            if not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{path}:{node.name}")
    assert not silent


def test_every_template_is_used() -> None:
    """A template that nothing renders, extends, includes or imports is dead."""
    folder = ROOT / "templates"
    templates = {str(p.relative_to(folder)) for p in folder.rglob("*.html")}
    texts = [p.read_text(encoding="utf-8") for p in folder.rglob("*.html")]
    texts += [p.read_text(encoding="utf-8") for p in _files(*ROOMS)]
    everything = "\n".join(texts)
    unused = {t for t in templates if f'"{t}"' not in everything and f"'{t}'" not in everything}
    assert not unused


def test_every_macro_is_used() -> None:
    """A component lives in a page or on the style page."""
    folder = ROOT / "templates"
    everything = "\n".join(p.read_text(encoding="utf-8") for p in folder.rglob("*.html"))
    unused = []
    for path in (folder / "macros").glob("*.html"):
        for name in re.findall(r"macro (\w+)\(", path.read_text(encoding="utf-8")):
            if len(re.findall(rf"\b{name}\(", everything)) < 2:
                unused.append(f"{path.name}:{name}")
    assert not unused


THIRD_PARTY = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//(?!wa\.me/)""")


def test_no_template_or_script_asks_a_third_party() -> None:
    """No address of another host in templates, styles and scripts."""
    for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static").rglob("*.*")]:
        if "vendor" in path.parts or path.suffix not in (".html", ".css", ".js"):
            continue
        text = path.read_text(encoding="utf-8")
        assert not THIRD_PARTY.search(text), path
        assert "@import" not in text, path
        assert not re.search(r"url\(['\"]?https?:", text), path


def test_no_inline_handlers_or_styles() -> None:
    """The content security policy would ignore them."""
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\son[a-z]+=", text), path
        assert not re.search(r"\sstyle=", text), path


def test_lock_files_hold_no_address() -> None:
    """Hashes, and no registry."""
    for name in (
        "requirements/base.txt",
        "requirements/papers.txt",
        "requirements/dev.txt",
        "package-lock.json",
    ):
        assert "http" not in (ROOT / name).read_text(encoding="utf-8").replace('"homepage"', "")


def test_every_route_answers_a_get_or_says_why(app: Flask) -> None:
    """No route fails by itself on an empty database."""
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            answer = client.get(rule.rule)
            assert answer.status_code < 500, rule.rule
