"""The page `docs/settings.md`, made from the settings themselves."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from core.settings import Settings
from core.variables import env_name


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
