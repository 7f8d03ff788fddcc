"""What every page must keep: valid HTML5, one h1, labels, nobody else asked for anything."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import html5lib
from html5lib.html5parser import HTMLParser

# Links that a person follows; nothing that a page loads by itself.
ALLOWED_OUTSIDE = {"wa.me", "www.openstreetmap.org"}
XHTML = "{http://www.w3.org/1999/xhtml}"


@lru_cache(maxsize=4)
def parse(page: str) -> Any:
    """The page as a tree; fails on anything that is not valid HTML5 syntax.

    Whoever checks a page reads its words or its form next: the same tree, which nobody changes.
    """
    parser = HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=False)
    tree = parser.parse(page)
    faults = [f"{position}: {code} {data}" for position, code, data in parser.errors]
    assert not faults, faults[:3]
    return tree


def all_of(tree: Any, tag: str) -> list[Any]:
    """Every element of a tag."""
    return list(tree.iter(f"{XHTML}{tag}"))


def check_page(page: str) -> Any:
    """Everything that holds for every page; returns the tree."""
    tree = parse(page)
    assert len(all_of(tree, "h1")) == 1
    assert "".join(all_of(tree, "title")[0].itertext()).strip()
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
    _check_labels(tree)
    _check_addresses(tree)
    assert not [e for e in tree.iter() if e.get("style")]
    return tree


def _check_labels(tree: Any) -> None:
    labelled = {label.get("for") for label in all_of(tree, "label")}
    for tag in ("input", "select", "textarea"):
        for control in all_of(tree, tag):
            if control.get("type") in ("hidden", "submit"):
                continue
            named = control.get("id") in labelled or control.get("aria-label")
            assert named, control.attrib


def _check_addresses(tree: Any) -> None:
    for element in tree.iter():
        for attribute in ("src", "href", "action", "data", "poster"):
            host = urlsplit(element.get(attribute) or "").netloc
            if not host:
                continue
            is_link = element.tag == f"{XHTML}a" and attribute == "href"
            assert is_link, (element.tag, host)


def links(tree: Any) -> list[str]:
    """Addresses of our own that the page links to."""
    found = [a.get("href") or "" for a in all_of(tree, "a")]
    return [href for href in found if href.startswith("/")]


def text_of(page: str) -> str:
    """The words of a page, on one line."""
    words = " ".join("".join(all_of(parse(page), "main")[0].itertext()).split())
    return re.sub(r"\s+", " ", words)


def bare(page: str) -> str:
    """A page without what differs each time: nonces, tokens, numbers of forms, codes."""
    without = re.sub(r'(<input type="hidden" name="(?:csrf_token|once)" value=")[^"]*', r"\1", page)
    return re.sub(r"nonce-[\w-]+|RJK-\w+", "", without)
