"""Every setting, in one class.

A setting is read from the environment. One that is unknown or wrong stops the start with its
name: a misspelt setting that is silently ignored is worse than no start at all.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from marshmallow import ValidationError
from marshmallow import fields as read
from marshmallow.validate import OneOf, Range

PREFIX = "RUJUKAN_"
ROOT = Path(__file__).resolve().parent.parent


class WrongSettingError(Exception):
    """A setting is unknown, missing or wrong; the message names it."""


def _setting(default: Any, doc: str, *, env: str = "", **checks: Any) -> Any:
    return field(default=default, metadata={"doc": doc, "env": env, "checks": checks})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one running Rujukan. `docs/settings.md` is made from this class."""

    database_url: str = _setting(
        "",
        "Where the data is, as an SQLAlchemy URL. Empty: SQLite in the data folder. "
        "PostgreSQL: `postgresql+psycopg://user:password@host/name`.",
        env="DATABASE_URL",
    )
    data_dir: Path = _setting(ROOT / "var", "Folder for the SQLite file and the secret key.")
    secret_key: str = _setting(
        "", "Signs sessions and forms. Empty: made once and kept in the data folder (mode 600)."
    )
    keys_dir: str = _setting(
        "",
        "Folder for the keys that open sealed fields; never in a backup of the data. Empty: `keys` "
        "in the data folder.",
    )
    master_key: str = _setting(
        "",
        "Wraps all other keys: 32 random bytes in URL-safe base64. Empty: made once and kept in "
        "the keys' folder (mode 600): protects a copied database, not a copied disk.",
    )
    demo: bool = _setting(
        False, "Serves the fictional sample data and says so on every page. Loopback only."
    )
    open_tier: str = _setting(
        "",
        "The most guarded tier of the directory that somebody without an account sees: `public`, "
        "`network` or `secret`. Empty: `public`, in a demo `secret`; elsewhere only `public`.",
        validate=OneOf(["", "public", "network", "secret"]),
    )
    language: str = _setting(
        "id",
        "Language for somebody who has not chosen: `id` or `en`.",
        validate=OneOf(["id", "en"]),
    )
    timezone: str = _setting(
        "Asia/Jakarta",
        "Time zone for places whose own is not known.",
        validate=OneOf(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]),
    )
    beds_fresh_hours: int = _setting(
        24, "Hours after which a figure of free beds is old and must be asked again.",
        validate=Range(1, 24 * 30),
    )  # fmt: skip
    geocoder: str = _setting(
        "none",
        "Who finds an address that the gazetteer does not know: `none`, `nominatim` or `photon`.",
        validate=OneOf(["none", "nominatim", "photon"]),
    )
    geocoder_url: str = _setting(
        "", "Address of that geocoder, such as `https://geocoder.example`."
    )
    geocoder_timeout: float = _setting(
        3.0, "Seconds to wait for the geocoder.", validate=Range(0.1, 30)
    )
    geocoder_cache_days: int = _setting(
        30, "Days for which an answer of the geocoder is kept.", validate=Range(0, 365)
    )
    roads: str = _setting(
        "none",
        "Who computes travel time by road: `none` (straight lines), `osrm` or `valhalla`.",
        validate=OneOf(["none", "osrm", "valhalla"]),
    )
    roads_url: str = _setting("", "Address of that road router.")
    roads_timeout: float = _setting(2.0, "Seconds to wait for it.", validate=Range(0.1, 30))
    offers_cached: int = _setting(
        20_000, "How many offers a process keeps ready in memory.", validate=Range(100, 1_000_000)
    )
    public_url: str = _setting(
        "",
        "The address at which people reach this Rujukan, such as `https://rujukan.example.org`; "
        "links in mails begin with it. Needed with a mail server.",
    )
    smtp_host: str = _setting(
        "", "Mail server. Empty: no mail is sent, and links are shown to be handed over."
    )
    smtp_port: int = _setting(587, "Its port.", validate=Range(1, 65535))
    smtp_user: str = _setting("", "The name to sign in with at the mail server; empty: none.")
    smtp_password: str = _setting("", "The password to sign in with at the mail server.")
    smtp_tls: str = _setting(
        "starttls",
        "How the connection to it is encrypted: `starttls`, `tls` (from the first byte, usually "
        "port 465) or `none` (a server on this machine; never with a password).",
        validate=OneOf(["starttls", "tls", "none"]),
    )
    mail_from: str = _setting("", "The sender of mails, such as `Rujukan <rujukan@example.org>`.")
    log_level: str = _setting(
        "INFO", "Least important log line that is written.",
        validate=OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]),
    )  # fmt: skip

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; raise `WrongSettingError` naming the first wrong or unknown one."""
        known = {env_name(f): f for f in fields(cls)}
        for name in sorted(environment):
            if name.startswith(PREFIX) and name not in known and name not in TOOLING:
                raise WrongSettingError(f"{name} is not a setting; see docs/settings.md")
        given = {
            f.name: _parse(name, f, environment) for name, f in known.items() if name in environment
        }
        return cls(**given).checked()

    def checked(self) -> Settings:
        """Refuse settings that contradict each other with `WrongSettingError`."""
        if self.geocoder != "none" and not self.geocoder_url:
            raise WrongSettingError("RUJUKAN_GEOCODER_URL is needed when RUJUKAN_GEOCODER is set")
        if self.roads != "none" and not self.roads_url:
            raise WrongSettingError("RUJUKAN_ROADS_URL is needed when RUJUKAN_ROADS is set")
        if self.smtp_host and not (self.public_url and self.mail_from):
            raise WrongSettingError(
                "RUJUKAN_PUBLIC_URL and RUJUKAN_MAIL_FROM are needed when RUJUKAN_SMTP_HOST is set"
            )
        if self.smtp_user and self.smtp_tls == "none":
            raise WrongSettingError("RUJUKAN_SMTP_TLS may not be none with RUJUKAN_SMTP_USER")
        if self.master_key and not _is_key(self.master_key):
            raise WrongSettingError("RUJUKAN_MASTER_KEY must be 32 bytes in URL-safe base64")
        if self.open_tier in ("network", "secret") and not self.demo:
            raise WrongSettingError("RUJUKAN_OPEN_TIER may be above public only in a demo")
        return self

    @property
    def url(self) -> str:
        """The database's address, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'rujukan.db'}"

    @property
    def keys_folder(self) -> Path:
        """Where the keys are, with the default filled in."""
        return Path(self.keys_dir).absolute() if self.keys_dir else self.data_dir / "keys"

    @property
    def visible_tier(self) -> str:
        """The most guarded tier shown to somebody without an account."""
        return self.open_tier or ("secret" if self.demo else "public")

    def signing_key(self) -> str:
        """The given secret key, or one made once and kept readable for the owner alone."""
        if self.secret_key:
            return self.secret_key
        path = self.data_dir / "secret_key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text()


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == 32
    except ValueError:
        return False


# Read by the set-up scripts and the tests, not by the application.
TOOLING = frozenset({"RUJUKAN_SHARED"})


def env_name(setting: Any) -> str:
    """The environment variable that gives a setting."""
    return str(setting.metadata["env"]) or PREFIX + setting.name.upper()


_READERS: dict[type, type[read.Field[Any]]] = {
    bool: read.Boolean,
    int: read.Integer,
    float: read.Float,
    str: read.String,
}


def _parse(name: str, setting: Any, environment: Mapping[str, str]) -> Any:
    given = environment[name]
    if isinstance(setting.default, Path):
        return Path(given).absolute()
    reader = _READERS[type(setting.default)](**setting.metadata["checks"])
    try:
        return reader.deserialize(given)
    except ValidationError as wrong:
        raise WrongSettingError(f"{name} is wrong: {' '.join(map(str, wrong.messages))}") from wrong


def document() -> str:
    """The page `docs/settings.md`: every setting, its variable, default and meaning."""
    lines = [
        "# Settings",
        "",
        "Made from `core/settings.py` by `flask settings --write`; change it there.",
        "An unknown or wrong setting stops the start and is named.",
        "",
        "| variable | default | meaning |",
        "| --- | --- | --- |",
    ]
    for setting in fields(Settings):
        default = "`var/`" if isinstance(setting.default, Path) else f"`{setting.default}`"
        shown = "(empty)" if setting.default == "" else default
        lines.append(f"| `{env_name(setting)}` | {shown} | {setting.metadata['doc']} |")
    return "\n".join(lines) + "\n"
