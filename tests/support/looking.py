"""Look at a page in a real browser: it has arrived, fits its width, is accessible, speaks one
language.

A page is measured only when it has arrived. A click that leads elsewhere returns as soon as the
next page is on its way, and for a moment there is no document at all; `press` waits for it.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from babel.messages.pofile import read_po
from playwright.sync_api import Locator, Page

from core.settings import ROOT

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# All of those that look at colours. The others read the page itself, which is the same in the light
# and in the dark.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
CATALOGUE = ROOT / "translations" / "id" / "LC_MESSAGES" / "messages.po"
LANGUAGES = ("id", "en")
SHOTS = os.environ.get("RUJUKAN_SHOTS", "")
# Words that make sentences. None is a word of the other language, nor a name in our samples.
TELLING = {
    "en": "the and of your you with this that which is are for from not what who have been",
    "id": "yang dan untuk dengan tidak atau ini itu dari pada anda kami belum sudah bisa dapat",
}
TOLD_BY_ONE_WORD = 4  # letters: a shorter text that is one word may be both languages', or a name
# Every text that somebody reads or hears, but for what says itself that it is of another language.
READ = """() => {
  const found = [];
  const mine = document.documentElement.lang;
  const other = node => {
    const said = node.closest("[lang]");
    return said && said.lang !== mine;
  };
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!parent || parent.closest("script, style, noscript, code, bdi, [data-own-words]")) continue;
    if (!other(parent)) found.push(node.textContent);
  }
  for (const node of document.querySelectorAll("[aria-label], [alt], [title], [placeholder]"))
    if (!other(node) && !node.closest("bdi"))
      for (const name of ["aria-label", "alt", "title", "placeholder"])
        if (node.hasAttribute(name)) found.push(node.getAttribute(name));
  return found;
}"""

_BY_TAG = {"type": "tag", "values": TAGS}


def press(found: Locator) -> None:
    """Click what leads to another page, and wait until that page has arrived."""
    with found.page.expect_navigation(wait_until="load"):
        found.click()


def settle(page: Page) -> None:
    """Wait until the page that is on its way is here, with its styles and scripts."""
    page.wait_for_load_state("load")
    page.locator("body").wait_for(state="attached")


def check_width(page: Page) -> None:
    """Nothing scrolls sideways."""
    settle(page)
    wide, narrow = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= narrow, f"{page.url} is {wide} px wide on a screen of {narrow}"


def check_axe(page: Page, *, colours_alone: bool = False) -> None:
    """axe finds nothing at the top of the page; farther down, the bar that stays covers links.

    With `colours_alone` for a page that was looked at in other colours already.
    """
    settle(page)
    page.evaluate("window.scrollTo(0, 0)")
    asked = {"type": "rule", "values": OF_COLOURS} if colours_alone else _BY_TAG
    # What is in order need not be described: on a long page that took most of the time.
    found = Axe().run(page, options={"runOnly": asked, "resultTypes": ["violations"]})
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"


def check_language(page: Page, lang: str) -> None:
    """The page says that it is in this language, and holds no text of the other one."""
    settle(page)
    assert page.locator("html").get_attribute("lang") == lang
    foreign = [text for text in page.evaluate(READ) if is_foreign(" ".join(text.split()), lang)]
    assert not foreign, f"{page.url} says in the other language: {foreign}"


def check_good(page: Page, lang: str, name: str = "") -> None:
    """All of these. With a name, and a folder in RUJUKAN_SHOTS, a picture is kept to look at."""
    if name and SHOTS:
        settle(page)
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{lang}.png"), full_page=True)
    check_width(page)
    check_axe(page)
    check_language(page, lang)


def is_foreign(text: str, lang: str) -> bool:
    """Whether a text belongs to the other language: one of its texts, or two of its small words."""
    other = next(code for code in LANGUAGES if code != lang)
    words = set(re.findall(r"[a-z]+", text.lower()))
    small = words & set(TELLING[other].split())
    own = words & set(TELLING[lang].split())
    if len(small) > max(1, len(own)):
        return True
    pieces = [text, *re.split(r" [·–] |: |; ", text)]
    return any(_known(other).fullmatch(piece) for piece in pieces if piece)


@cache
def _known(lang: str) -> re.Pattern[str]:
    """Every text of the catalogue that is this language's alone."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="id")
    said: dict[str, set[str]] = {code: set() for code in LANGUAGES}
    for message in catalogue:
        if message.id:
            said["en"].update([message.id] if isinstance(message.id, str) else message.id)
            given = message.string or ""
            said["id"].update([given] if isinstance(given, str) else given)
    both = {text.lower() for text in said["en"]} & {text.lower() for text in said["id"]}
    both.add("rujukan")  # a referral, and the name of what it is made with
    alone = [text for text in said[lang] if text.lower() not in both and _tells(text)]
    return re.compile("|".join(_pattern(text) for text in alone))


def _tells(text: str) -> bool:
    plain = re.sub(r"%\(\w+\)[sd]|\{\w+\}", "", text)
    return len(re.findall(r"[A-Za-z]", plain)) >= TOLD_BY_ONE_WORD


def _pattern(text: str) -> str:
    parts = re.split(r"%\(\w+\)[sd]|\{\w+\}|%%", " ".join(text.split()))
    return ".+".join(re.escape(part) for part in parts)
