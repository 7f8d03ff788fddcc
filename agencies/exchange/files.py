"""Files before anybody understands them: their format, their size, their bytes as text."""

from __future__ import annotations

import codecs
from enum import StrEnum
from pathlib import Path

from agencies.exchange import messages as says
from core.errors import RefusedError, refused

MEGABYTE = 1024 * 1024
LARGEST = 64 * MEGABYTE
MOST_RECORDS = 200_000

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


class Format(StrEnum):
    """What a file may be."""

    CSV = "csv"
    XLSX = "xlsx"
    HSDS = "hsds"


_ENDINGS = {
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".txt": Format.CSV,
    ".xlsx": Format.XLSX,
    ".json": Format.HSDS,
    ".jsonl": Format.HSDS,
    ".ndjson": Format.HSDS,
}


def wrong_file(message: str, **values: object) -> RefusedError:
    """The refusal of a whole file."""
    return refused("file", message, **values)


def format_of(path: Path) -> Format:
    """The format that the ending of a file's name means. `RefusedError` for another ending."""
    found = _ENDINGS.get(path.suffix.lower())
    if found is None:
        raise wrong_file(says.UNKNOWN_FORMAT)
    return found


def read_bytes(path: Path) -> bytes:
    """The whole file. `RefusedError` when it is too large, empty or cannot be read."""
    try:
        if path.stat().st_size > LARGEST:
            raise wrong_file(says.TOO_LARGE, limit=f"{LARGEST // MEGABYTE} MB")
        content = path.read_bytes()
    except OSError as error:
        raise wrong_file(says.CANNOT_READ, reason=error.strerror or "?") from None
    if not content.strip():
        raise wrong_file(says.EMPTY_FILE)
    return content


def read_text(path: Path) -> str:
    """The file as text, without a byte order mark. `RefusedError` unless it is UTF-8."""
    return text_of(read_bytes(path))


def text_of(content: bytes) -> str:
    """The same of what is no file: what somebody sent by a form."""
    if content.startswith(_WIDE) or _looks_wide(content):
        raise wrong_file(says.UTF16)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The offset counts from behind the mark.
        start = error.start + (len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0)
        raise wrong_file(
            says.WRONG_ENCODING, byte=f"0x{content[start]:02X}", line=_line(content[:start])
        ) from None
    nul = text.find("\0")
    if nul >= 0:
        raise wrong_file(says.NUL_BYTES, line=text.count("\n", 0, nul) + 1)
    if not text.strip():
        raise wrong_file(says.EMPTY_FILE)
    return text


def _looks_wide(content: bytes) -> bool:
    """UTF-16 without a mark: of plain letters every second byte is NUL."""
    start = content[:200]
    return len(start) >= 4 and max(start[0::2].count(0), start[1::2].count(0)) > len(start) // 4


def _line(before: bytes) -> int:
    return before.count(b"\n") + 1
