"""Every page of the application in a real browser: nobody else is asked for anything, the content
security policy is never broken, no script fails, and no answer is a fault of ours.

The pages are the app's own routes, so a later one is walked by existing: what stands in its address
comes from `tests/support/world.py`, and a page that nobody of the walk may open fails the test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from flask import Flask, url_for
from playwright.sync_api import APIResponse, Browser, Error, Page, Response
from werkzeug.routing import Rule as Address

from accounts.access import rule_for
from accounts.commands.sessions import begin_session
from accounts.current import COOKIE
from accounts.models import Account
from accounts.queries.proof import totp_place
from accounts.rules.access import Rule, Verdict, decide
from accounts.rules.rights import Role, holds_for
from core.crypto import seal
from core.db import db, writing
from core.hooks import is_machine
from core.keystore import keystore
from core.totp import new_secret
from tests.conftest import fresh_url, running
from tests.support.browser import serve
from tests.support.people import make_account
from tests.support.story import load_small_gazetteer
from tests.support.watching import Watch, watch
from tests.support.world import ARGUMENTS, HERE, Knocker, World, make_world
from tests.support.world import QUERIES as NEEDED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

WALKERS = (
    "visitor",
    "manager, own agency",
    "worker, own agency",
    "coordinator of the network",
    "administrator",
    "waits for the second step",
)
# What is asked beside the address itself, so that there is something to draw.
QUERIES: dict[str, dict[str, str]] = {
    "find_api.Find": {"need": "S1", "lat": "-6.31", "lon": "106.9"},
    "find.shared": {"need": "S1", "place": "Cipayung, Jakarta Timur"},
    "directory.index": {"q": "Contoh"},
    **NEEDED,
    "places.suggestions": {"q": "Cipay", "place": "Cipay"},
}
# Scripts that not every page has may ask for more.
MORE_SCRIPTS = "script[src]:not([src*='js/base.js'], [src*='js/leave.js'])"
# Pages that lead on to another one, which is walked by itself, and who is led: with nothing to come
# back from, on a draft that is not whole, without the code. Stories of their own open the latter.
LEADS_ON = {
    "leaving.come_back": "visitor",
    "preview.show": "worker, own agency",
    "answering.decide": "visitor",
}
# Drawn by the browser's own viewer, which shows the headers of its own page instead of ours.
DRAWN_BY_THE_BROWSER = {"papers.pdf", "report.pdf"}
HEADERS = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
POLICY = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")
# folium's document runs its own scripts by their hashes, in a sandbox: the map's page
# frames it, and nothing can be sent out of it. The same as a file stands in no frame.
OF_DOCUMENT = (
    "default-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "sandbox allow-scripts",
)
DOCUMENTS = {
    "/network/map/drawing": ("SAMEORIGIN", (*OF_DOCUMENT, "frame-ancestors 'self'")),
    "/network/map/file": ("DENY", (*OF_DOCUMENT, "frame-ancestors 'none'")),
}


@dataclass(slots=True)
class Walk:
    """What was found on the way: which endpoints answered, which with a file, what is wrong."""

    shown: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The app as it runs for real: no demo, so that a visitor is no more than that."""
    folder = tmp_path_factory.mktemp("walk")
    with fresh_url(request, "sqlite", folder) as url, running(url, folder, demo=False) as app:
        load_small_gazetteer(app)
        yield app


@pytest.fixture(scope="module")
def world(app: Flask) -> World:
    """One of everything that has an address, and those who walk."""
    made = make_world()
    made.knockers.append(_waiting(made))
    return made


def _waiting(world: World) -> Knocker:
    """Somebody who has an app as second factor and has typed the password only."""
    account = make_account(Role.MANAGER, agency_id=world.agency_id)
    place = totp_place(account.id)
    sealed = seal(keystore().key(place), new_secret(), place)
    with writing():
        db.session.get_one(Account, account.id).totp_sealed = sealed
        token = begin_session(account, strong=False)
    return Knocker("waits for the second step", is_member=True, token=token)


def _bad_site(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
    """A page that does all that ours may not."""
    path = environ["PATH_INFO"]
    head = [("Content-Security-Policy", "script-src 'self'"), ("Content-Type", "text/html")]
    bodies = {
        "/": b"<!doctype html><script>1</script><script src='/fails.js'></script>"
        b"<img src='http://127.0.0.2:9/x.png' alt=''><script src='/fault.js'></script>",
        "/fails.js": b"throw new Error('it failed')",
    }
    start("200 OK" if path in bodies else "500 FAULT", head)
    return [bodies.get(path, b"")]


def test_the_watch_sees_what_may_not_be(browser: Browser) -> None:
    """Otherwise the walk would prove nothing."""
    context = browser.new_context()
    with serve(_bad_site) as site:
        seen = watch(context, site)
        seen.goes_to("/")
        context.new_page().goto(site)
    context.close()
    assert any("127.0.0.2" in fault for fault in seen.strangers)
    assert any("script-src-elem inline" in fault for fault in seen.violations)
    assert any("it failed" in fault for fault in seen.errors)
    assert any("500" in fault and "fault.js" in fault for fault in seen.failures)


def test_every_page(app: Flask, world: World, browser: Browser) -> None:
    """As visitor, manager, worker, coordinator and administrator, with the second factor shown."""
    walk = Walk()
    pages = [a for a in app.url_map.iter_rules() if "GET" in (a.methods or ())]
    pages = [a for a in pages if not _wants_a_key(a)]  # tests/api asks what a browser cannot
    with serve(app) as site:
        for name in WALKERS:
            knocker = next(k for k in world.knockers if k.name == name)
            found = _walked_by(app, world, browser, site, knocker, pages, walk)
            walk.faults += [f"{name}, {fault}" for fault in found.faults]
    missing = {a.endpoint for a in pages} - walk.shown - LEADS_ON.keys()
    assert not walk.faults, "\n".join(walk.faults)
    assert not missing, f"no walker was shown these; see ARGUMENTS and WALKERS: {sorted(missing)}"


def _walked_by(
    app: Flask,
    world: World,
    browser: Browser,
    site: str,
    knocker: Knocker,
    pages: list[Address],
    walk: Walk,
) -> Watch:
    context = browser.new_context(base_url=site, viewport={"width": 360, "height": 780})
    try:
        if knocker.token:
            context.add_cookies([{"name": COOKIE, "value": knocker.token, "url": site}])
        seen = watch(context, site)
        page = context.new_page()
        page.set_default_timeout(30_000)
        for address in pages:
            if _is_worth_it(address, knocker, world, walk):
                seen.goes_to(_path(app, address, world))
                _open(page, seen, address.endpoint, walk)
        # What the last page still had to say.
        page.goto("about:blank")
    finally:
        context.close()
    return seen


def _is_worth_it(address: Address, knocker: Knocker, world: World, walk: Walk) -> bool:
    """Whether they may open it, and it is new or another page for them.

    What everybody sees is walked as visitor and as manager; what is the same file for everybody,
    once; what needs a right, as each who has it.
    """
    rule = rule_for(address.endpoint, "GET")
    if address.endpoint in LEADS_ON:
        return knocker.name == LEADS_ON[address.endpoint]
    if address.endpoint not in walk.shown:
        waits = knocker.name == "waits for the second step"
        return rule is not None and (waits or _may_open(rule, knocker, world, address))
    if rule is None or address.endpoint in walk.files:
        return False
    is_other = knocker.name == "manager, own agency" or rule.rights
    return bool(is_other) and _may_open(rule, knocker, world, address)


def _wants_a_key(address: Address) -> bool:
    rule = rule_for(address.endpoint, "GET")
    return is_machine(address.rule) and rule is not None and rule.scope is not None


def _may_open(rule: Rule, knocker: Knocker, world: World, address: Address) -> bool:
    verdict = decide(
        rule,
        grants=knocker.grants,
        is_member=knocker.is_member,
        strong=knocker.strong,
        scopes=knocker.scopes,
        names_object=bool(address.arguments),
    )
    if verdict is not Verdict.ENTER or not rule.of_agency:
        return verdict is Verdict.ENTER
    return any(
        holds_for(knocker.grants, right, agency_id=world.agency_id, areas=[HERE])
        for right in rule.rights
    )


def _open(page: Page, seen: Watch, endpoint: str, walk: Walk) -> None:
    if endpoint in DRAWN_BY_THE_BROWSER:
        _note(page.request.get(seen.at), seen, endpoint, walk)
        return
    try:
        page.goto(seen.at)
        page.mouse.wheel(0, 20_000)  # maps are drawn when they come into view
        if page.locator(MORE_SCRIPTS).count():
            page.wait_for_load_state("networkidle")
    except Error as error:
        if "Download is starting" not in str(error):
            raise
    # Answers to what the page before had asked may still come in.
    first = next(a for a in seen.answers if unquote(a.url) == unquote(seen.site + seen.at))
    _note(first, seen, endpoint, walk)


def _note(first: Response | APIResponse, seen: Watch, endpoint: str, walk: Walk) -> None:
    if first.status == 200:
        walk.shown.add(endpoint)
        if "text/html" not in first.headers.get("content-type", ""):
            walk.files.add(endpoint)
        walk.faults += [f"{seen.at}: {fault}" for fault in _headers_wanting(first, seen.at)]
    elif first.status >= 400:
        walk.faults.append(f"{seen.at}: answered {first.status}")


def _headers_wanting(answer: Response | APIResponse, path: str) -> list[str]:
    """What every answer must carry, and a page's policy, which lets no inline script in."""
    headers = answer.headers
    wanted = dict(list(HEADERS.items())[:2]) if is_machine(path) else HEADERS
    framed, of_document = DOCUMENTS.get(path.partition("?")[0], ("", ()))
    wanted = wanted | {"x-frame-options": framed} if framed else wanted
    wanting = [f"{n}: {headers.get(n)}" for n, text in wanted.items() if headers.get(n) != text]
    policy = headers.get("content-security-policy", "")
    parts = of_document or (POLICY[:2] if is_machine(path) else POLICY)
    return (
        wanting
        + [f"no {part}" for part in parts if part not in policy]
        + (["an unsafe policy"] if "unsafe" in policy or "*" in policy else [])
    )


def _path(app: Flask, address: Address, world: World) -> str:
    values: dict[str, Any] = {}
    for name in address.arguments:
        make = ARGUMENTS.get(f"{address.endpoint}:{name}") or ARGUMENTS.get(name)
        assert make, f"{address.rule}: say in tests/support/world.py what stands for <{name}>"
        values[name] = make(world)
    with app.test_request_context():
        return url_for(address.endpoint, **values | QUERIES.get(address.endpoint, {}))
