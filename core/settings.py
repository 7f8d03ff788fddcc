"""Every setting, in one class.

A setting is read from the environment. One that is unknown or wrong stops the start with its
name: a misspelt setting that is silently ignored is worse than no start at all.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from marshmallow.validate import OneOf, Range, Regexp

from core.variables import PREFIX, TOOLING, WrongSettingError, env_name, parse, setting

SHORTEST_PASSPHRASE = 16
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one running Rujukan. `docs/settings.md` is made from this class."""

    database_url: str = setting(
        "",
        "Where the data is, as an SQLAlchemy URL. Empty: SQLite in the data folder. "
        "PostgreSQL: `postgresql+psycopg://user:password@host/name`.",
        env="DATABASE_URL",
    )
    data_dir: Path = setting(ROOT / "var", "Folder for the SQLite file and the secret key.")
    secret_key: str = setting(
        "", "Signs sessions and forms. Empty: made once and kept in the data folder (mode 600)."
    )
    keys_dir: str = setting(
        "",
        "Folder for the keys that open sealed fields; never in a backup of the data. Empty: `keys` "
        "in the data folder.",
    )
    master_key: str = setting(
        "",
        "Wraps all other keys: 32 random bytes in URL-safe base64. Empty: made once and kept in "
        "the keys' folder (mode 600): protects a copied database, not a copied disk.",
    )
    master_key_old: str = setting(
        "",
        "The former master key while `flask keys rotate` has not run yet; then take it away.",
    )
    keys_backup_dir: str = setting(
        "",
        "Folder into which `flask keys backup` writes, best on another disk. An erasure removes "
        "the older files in it, so that no backup of the keys holds what was erased. Empty: none.",
    )
    backup_passphrase: str = setting(
        "",
        "Encrypts backups of the database: at least 16 letters, kept elsewhere. Empty: a key of "
        "the store of keys does, so a backup opens only beside that store.",
    )
    site_url: str = setting(
        "",
        "Address at which people reach this site, such as `https://rujukan.example`: for links in "
        "messages and on the command line. One with `https` makes every cookie Secure.",
        validate=Regexp(r"(https?://[^/\s]+)?$"),
    )
    trusted_hosts: str = setting(
        "",
        "Further host names, with commas between, under which this site may be asked; `.example` "
        "is every name below it. The host of RUJUKAN_SITE_URL and this machine itself always may; "
        "whatever else is asked for is refused, so that no link of ours leads elsewhere.",
        validate=Regexp(r"(\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(\s*,\s*|$))*$"),
    )
    neutral_url: str = setting(
        "",
        "Where quick exit leads, such as `https://cuaca.example`. Empty: a plain calendar of our "
        "own, so that nobody else is told.",
        validate=Regexp(r"(https?://\S+)?$"),
    )
    demo: bool = setting(
        False, "Serves the fictional sample data and says so on every page. Loopback only."
    )
    open_tier: str = setting(
        "",
        "The most guarded tier of the directory that somebody without an account sees: `public`, "
        "`network` or `secret`. Empty: `public`, in a demo `secret`; elsewhere only `public`.",
        validate=OneOf(["", "public", "network", "secret"]),
    )
    language: str = setting(
        "id",
        "Language for somebody who has not chosen: `id` or `en`.",
        validate=OneOf(["id", "en"]),
    )
    timezone: str = setting(
        "Asia/Jakarta",
        "Time zone for places whose own is not known.",
        validate=OneOf(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]),
    )
    beds_fresh_hours: int = setting(
        24, "Hours after which a figure of free beds is old and must be asked again.",
        validate=Range(1, 24 * 30),
    )  # fmt: skip
    geocoder: str = setting(
        "none",
        "Who finds an address that the gazetteer does not know: `none`, `nominatim` or `photon`.",
        validate=OneOf(["none", "nominatim", "photon"]),
    )
    geocoder_url: str = setting("", "Address of that geocoder, such as `https://geocoder.example`.")
    geocoder_timeout: float = setting(
        3.0, "Seconds to wait for the geocoder.", validate=Range(0.1, 30)
    )
    geocoder_cache_days: int = setting(
        30, "Days for which an answer of the geocoder is kept.", validate=Range(0, 365)
    )
    roads: str = setting(
        "none",
        "Who computes travel time by road: `none` (straight lines), `osrm` or `valhalla`.",
        validate=OneOf(["none", "osrm", "valhalla"]),
    )
    roads_url: str = setting("", "Address of that road router.")
    roads_timeout: float = setting(2.0, "Seconds to wait for it.", validate=Range(0.1, 30))
    address_openings: int = setting(
        10, "How many sealed addresses of secret places one person may open within an hour.",
        validate=Range(1, 1000),
    )  # fmt: skip
    attachment_megabytes: int = setting(5, "Megabytes of the largest paper.", validate=Range(1, 50))
    attachments_most: int = setting(10, "Most papers of one referral.", validate=Range(1, 100))
    offers_cached: int = setting(
        20_000, "How many offers a process keeps ready in memory.", validate=Range(100, 1_000_000)
    )
    trusted_proxies: int = setting(
        0,
        "How many reverse proxies stand before this server and set `X-Forwarded-For`, `-Proto` and "
        "`-Host`. 0: none, and such headers are not believed.",
        validate=Range(0, 5),
    )
    publish_after_days: int = setting(
        14,
        "Days after the end of a quarter or year before its counts are published: what was sent "
        "on the last day should have been answered. What happens later is not counted.",
        validate=Range(0, 90),
    )
    secure_cookies: bool = setting(
        False, "Cookies go over HTTPS only. Switch it on wherever people other than you sign in."
    )
    witness_dir: str = setting(
        "",
        "Folder of the audit's witness, best on another disk or machine. Empty: `witness` in the "
        "data folder.",
    )
    witness_minutes: int = setting(
        10, "At least every so many minutes the witness is told the audit's heads.",
        validate=Range(1, 24 * 60),
    )  # fmt: skip
    witness_mail: str = setting(
        "", "Addresses, with commas between, that get the audit's heads by e-mail too."
    )
    mail_server: str = setting("", "Host of the mail server (SMTP). Empty: no e-mail is sent.")
    mail_port: int = setting(587, "Its port.", validate=Range(1, 65535))
    mail_security: str = setting(
        "starttls",
        "How the way to it is protected: `starttls`, `tls`, or `none` (this machine only).",
        validate=OneOf(["starttls", "tls", "none"]),
    )
    mail_user: str = setting("", "Name for the mail server, if it wants one.")
    mail_password: str = setting("", "Password for the mail server.")
    mail_from: str = setting("", "Address that e-mail comes from.")
    sms_gateway: str = setting(
        "",
        "File (TOML) that says how an SMS is handed to its gateway over HTTP; docs/channels.md has "
        "its fields. Empty: no SMS is sent.",
    )
    whatsapp_gateway: str = setting("", "The same for WhatsApp. Empty: none is sent.")
    log_level: str = setting(
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
            f.name: parse(name, f, environment) for name, f in known.items() if name in environment
        }
        return cls(**given).checked()

    def checked(self) -> Settings:
        """Refuse settings that contradict each other with `WrongSettingError`."""
        if self.geocoder != "none" and not self.geocoder_url:
            raise WrongSettingError("RUJUKAN_GEOCODER_URL is needed when RUJUKAN_GEOCODER is set")
        if self.roads != "none" and not self.roads_url:
            raise WrongSettingError("RUJUKAN_ROADS_URL is needed when RUJUKAN_ROADS is set")
        if self.master_key and not _is_key(self.master_key):
            raise WrongSettingError("RUJUKAN_MASTER_KEY must be 32 bytes in URL-safe base64")
        if self.master_key_old and not _is_key(self.master_key_old):
            raise WrongSettingError("RUJUKAN_MASTER_KEY_OLD must be 32 bytes in URL-safe base64")
        if self.backup_passphrase and len(self.backup_passphrase) < SHORTEST_PASSPHRASE:
            raise WrongSettingError("RUJUKAN_BACKUP_PASSPHRASE must have at least 16 letters")
        if self.open_tier in ("network", "secret") and not self.demo:
            raise WrongSettingError("RUJUKAN_OPEN_TIER may be above public only in a demo")
        self._check_mail()
        return self

    def _check_mail(self) -> None:
        if self.witness_mail and not self.mail_server:
            raise WrongSettingError("RUJUKAN_MAIL_SERVER is needed with RUJUKAN_WITNESS_MAIL")
        if self.mail_server and not (self.mail_from and self.site_url):
            raise WrongSettingError(
                "RUJUKAN_MAIL_FROM and RUJUKAN_SITE_URL are needed with RUJUKAN_MAIL_SERVER"
            )
        if self.mail_user and self.mail_security == "none":
            raise WrongSettingError("RUJUKAN_MAIL_SECURITY may not be none with RUJUKAN_MAIL_USER")

    @property
    def url(self) -> str:
        """The database's address, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'rujukan.db'}"

    @property
    def https_cookies(self) -> bool:
        """Whether every cookie goes over HTTPS only."""
        return self.secure_cookies or self.site_url.startswith("https://")

    @property
    def keys_folder(self) -> Path:
        """Where the keys are, with the default filled in."""
        return Path(self.keys_dir).absolute() if self.keys_dir else self.data_dir / "keys"

    @property
    def witness_folder(self) -> Path:
        """Where the witness is, with the default filled in."""
        return Path(self.witness_dir).absolute() if self.witness_dir else self.data_dir / "witness"

    @property
    def visible_tier(self) -> str:
        """The most guarded tier shown to somebody without an account."""
        return self.open_tier or ("secret" if self.demo else "public")

    def signing_key(self) -> str:
        """The given secret key, or one made once and kept readable for the owner alone.

        `WrongSettingError` when the data folder is not ours to read and write.
        """
        if self.secret_key:
            return self.secret_key
        path = self.data_dir / "secret_key"
        try:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(mode=0o600)
                path.write_text(secrets.token_urlsafe(48))
            return path.read_text()
        except OSError as error:
            raise WrongSettingError(
                f"the data folder {self.data_dir} (RUJUKAN_DATA_DIR) cannot be used by this user: "
                f"{error.strerror}. Give it to the one that runs Rujukan: "
                f"chown -R rujukan: {self.data_dir}"
            ) from error


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == 32
    except ValueError:
        return False
