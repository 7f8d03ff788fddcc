"""How a setting is described, and read from a variable of the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from marshmallow import ValidationError
from marshmallow import fields as read

PREFIX = "RUJUKAN_"


class WrongSettingError(Exception):
    """A setting is unknown, missing or wrong; the message names it."""


def setting(default: Any, doc: str, *, env: str = "", **checks: Any) -> Any:
    """A field of the settings: its default, its line in docs/settings.md, what it must be."""
    return field(default=default, metadata={"doc": doc, "env": env, "checks": checks})


# Read by the set-up scripts and the tests, not by the application.
TOOLING = frozenset({"RUJUKAN_SHARED", "RUJUKAN_SOAK", "RUJUKAN_SHOTS"})


def env_name(wanted: Any) -> str:
    """The environment variable that gives a setting."""
    return str(wanted.metadata["env"]) or PREFIX + wanted.name.upper()


_READERS: dict[type, type[read.Field[Any]]] = {
    bool: read.Boolean,
    int: read.Integer,
    float: read.Float,
    str: read.String,
}


def parse(name: str, wanted: Any, environment: Mapping[str, str]) -> Any:
    """The value that the environment gives a setting; `WrongSettingError` for a wrong one."""
    given = environment[name]
    if isinstance(wanted.default, Path):
        return Path(given).absolute()
    reader = _READERS[type(wanted.default)](**wanted.metadata["checks"])
    try:
        return reader.deserialize(given)
    except ValidationError as wrong:
        raise WrongSettingError(f"{name} is wrong: {' '.join(map(str, wrong.messages))}") from wrong
