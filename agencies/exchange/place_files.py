"""What reading a file of places gives: rows, wrong rows by name, or one sentence."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path


class UnreadableFileError(Exception):
    """A file is not what it should be; the message is one sentence that names it."""


@dataclass(frozen=True, slots=True)
class WrongRow:
    """What is wrong with one row: where it stands, in which field, and why."""

    where: str  # "line 7" or "feature 3"
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}, {self.field}: {self.reason}"


class WrongValueError(ValueError):
    """A value that a row may not have; becomes a `WrongRow` where the row's number is known."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason

    def at(self, where: str) -> WrongRow:
        """The same with its place in the file."""
        return WrongRow(where, self.field, self.reason)


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, unpacked if it is `.gz`. Raises `UnreadableFileError`."""
    try:
        raw = path.read_bytes()
        if path.suffix == ".gz":
            raw = gzip.decompress(raw)
        return raw.decode("utf-8-sig")
    except (gzip.BadGzipFile, EOFError, OSError) as error:
        reason = "is not a whole gzip file" if path.suffix == ".gz" else "cannot be read"
        raise UnreadableFileError(f"{path.name} {reason}.") from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"{path.name} is not UTF-8 text; save it again with that encoding."
        ) from error


def excerpt(value: object) -> str:
    """A wrong value, short enough for one line."""
    text = str(value)
    return f"{text[:40]}…" if len(text) > 40 else text


def is_outlines(path: Path) -> bool:
    """Whether a file's name says GeoJSON."""
    return path.name.removesuffix(".gz").endswith((".geojson", ".json"))
