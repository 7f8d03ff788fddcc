"""`flask doctor` on what lies outside the program: the site, the keys, what was installed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from core.checks import keys, program, site
from core.clock import now
from core.doctor import Finding
from core.keystore import keystore
from core.settings import Settings
from core.variables import WrongSettingError
from tests.conftest import MakeApp
from tests.support.audit import run
from tests.support.https import Proxy, https_server

MASTER, OTHER = "A" * 43 + "=", "B" * 42 + "A="


@pytest.fixture
def front(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Proxy, Settings]]:
    """The app behind a proxy with HTTPS whose certificate this machine accepts."""
    proxy = Proxy(make_app(demo=False, trusted_proxies=1, secure_cookies=True).wsgi_app)
    with https_server(proxy, tmp_path) as (address, authority):
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        yield proxy, Settings(site_url=address, trusted_proxies=1)


def _said(settings: Settings) -> str:
    (finding,) = site.site(settings)
    return f"{'WRONG' if finding.is_wrong else 'ok'} {finding.says} {finding.remedy}"


class TestTheSite:
    """Asked as people ask it."""

    def test_that_is_well(self, front: tuple[Proxy, Settings]) -> None:
        """By HTTPS, with a certificate, seen as HTTPS."""
        assert _said(front[1]).startswith("ok")

    @pytest.mark.parametrize(
        ("what", "value", "word"),
        [
            ("names_scheme", False, "X-Forwarded-Proto"),
            ("passes_on", True, "passes on what visitors say"),
            ("answers", False, "rujukan-web"),
        ],
    )
    def test_behind_a_wrong_proxy(
        self, front: tuple[Proxy, Settings], what: str, value: bool, word: str
    ) -> None:
        """Each fault of a proxy is told from the others."""
        setattr(front[0], what, value)
        assert _said(front[1]).startswith("WRONG")
        assert word in _said(front[1])

    def test_whose_server_believes_no_proxy(
        self, make_app: MakeApp, front: tuple[Proxy, Settings]
    ) -> None:
        """The proxy speaks, and nobody listens."""
        front[0].app = make_app(demo=False, secure_cookies=True).wsgi_app
        assert "RUJUKAN_TRUSTED_PROXIES" in _said(front[1])

    def test_with_a_certificate_that_ends_soon(self, front: tuple[Proxy, Settings]) -> None:
        """While there is still time."""
        with time_machine.travel(now() + timedelta(days=80)):
            assert "certbot renew --dry-run" in _said(front[1])

    def test_with_a_certificate_that_nobody_accepts(
        self, front: tuple[Proxy, Settings], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As a browser would say it."""
        monkeypatch.delenv("SSL_CERT_FILE")
        monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
        assert "certificate" in _said(front[1])

    @pytest.mark.parametrize("address", ["", "http://rujukan.example"])
    def test_without_an_address(self, address: str) -> None:
        """Passkeys and links need one."""
        assert "RUJUKAN_SITE_URL" in _said(Settings(site_url=address))

    def test_that_nobody_answers_for(self) -> None:
        """One sentence with what to look at."""
        assert "nginx" in _said(Settings(site_url="https://localhost:9"))


def _one(found: Iterator[Finding]) -> Finding:
    (finding,) = found
    return finding


class TestKeys:
    """Whose they are, and what opens them."""

    def test_the_master_key_of_another_store(self, make_app: MakeApp, tmp_path: Path) -> None:
        """Found before somebody needs a sealed field."""
        given: dict[str, Any] = {"demo": False, "keys_dir": str(tmp_path / "keys")}
        app = make_app(**given, master_key=MASTER)
        settings: Settings = app.config["RUJUKAN"]
        assert not _one(keys.master(settings)).is_wrong
        keystore().key("case/1")
        assert not _one(keys.master(settings)).is_wrong
        other = make_app(**given, master_key=OTHER).config["RUJUKAN"]
        assert "RUJUKAN_MASTER_KEY" in _one(keys.master(other)).remedy
        assert list(keys.keys_backup(other)) == []

    def test_a_store_that_is_damaged(self, make_app: MakeApp, tmp_path: Path) -> None:
        """It says how it comes back."""
        folder = tmp_path / "keys"
        folder.mkdir(mode=0o700)
        (folder / "keys.db").write_bytes(b"no database" * 100)
        settings = make_app(keys_dir=str(folder), master_key=MASTER).config["RUJUKAN"]
        assert "flask keys restore" in _one(keys.master(settings)).remedy

    def test_that_are_another_users(
        self, make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The tests may run as root, who may everything: so the system's answer is given."""
        settings = make_app(keys_dir=str(tmp_path / "keys"), master_key=MASTER).config["RUJUKAN"]
        keystore().key("case/1")
        monkeypatch.setattr("os.access", lambda path, _mode: path.name != "keys")
        assert "chown" in _one(keys.keys(settings)).remedy

    def test_that_are_not_backed_up(self, make_app: MakeApp, tmp_path: Path) -> None:
        """Never, just now, not lately."""
        app = make_app(keys_dir=str(tmp_path / "keys"), master_key=MASTER)
        settings: Settings = app.config["RUJUKAN"]
        assert not _one(keys.keys_backup(settings)).is_wrong  # nothing to lose yet
        keystore().key("case/1")
        assert "flask keys backup" in _one(keys.keys_backup(settings)).remedy
        assert run(app, "keys", "backup", str(tmp_path / "elsewhere")).exit_code == 0
        assert not _one(keys.keys_backup(settings)).is_wrong
        with time_machine.travel(now() + timedelta(hours=30)):
            assert _one(keys.keys_backup(settings)).is_wrong


class TestTheProgram:
    """What a version needs was installed with it."""

    def test_packages_of_another_version(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A forgotten pip is named, package by package; what is for others is not."""
        assert not _one(program.packages(Settings())).is_wrong
        path = tmp_path / "base.txt"
        path.write_text(
            "flask==0.1 \\\n    --hash=sha256:00\nnobody-has-this==1 \\\n    --hash=sha256:00\n"
            "other-machine==1 ; python_version < '3' \\\n    --hash=sha256:00\n"
        )
        monkeypatch.setattr(program, "REQUIREMENTS", path)
        told = _one(program.packages(Settings()))
        assert "instead of ==0.1" in told.says
        assert "nobody-has-this missing" in told.says
        assert "other-machine" not in told.says
        assert "--require-hashes" in told.remedy

    def test_a_missing_front_end(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The folder may be there and hold nothing."""
        monkeypatch.setattr(program, "VENDOR", tmp_path)
        assert "scripts.frontend" in _one(program.front_end(Settings())).remedy
        (tmp_path / "htmx").mkdir()
        (tmp_path / "htmx" / "htmx.min.js").touch()
        assert not _one(program.front_end(Settings())).is_wrong


def test_a_data_folder_that_is_not_ours(tmp_path: Path) -> None:
    """The start says whose it must be; not even the doctor could say more."""
    (tmp_path / "secret_key").mkdir()
    with pytest.raises(WrongSettingError, match="chown -R rujukan"):
        Settings(data_dir=tmp_path).signing_key()
