"""JSON files as services, before anything is known of HSDS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

from agencies.exchange import messages as says
from agencies.exchange.cells import LONGEST_TEXT
from agencies.exchange.files import MOST_RECORDS, read_text, wrong_file
from agencies.exchange.messages import CellError

DEEPEST = 40  # levels; an HSDS service has about twelve
LISTS = ("contents", "services")


class _BadLine:
    """A line that is not JSON."""


BAD_LINE = _BadLine()


def read_documents(path: Path) -> list[Any]:
    """The services of a file, unread. `RefusedError` when the whole is not JSON, or no services."""
    found = list(_documents(read_text(path)))
    if not found:
        raise wrong_file(says.NO_RECORDS)
    if len(found) > MOST_RECORDS:
        raise wrong_file(says.TOO_MANY_RECORDS, limit=MOST_RECORDS)
    return found


def _documents(text: str) -> Iterator[Any]:
    try:
        whole = _parse(text)
    except json.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if error.msg != "Extra data" or len(lines) < 2:
            raise wrong_file(says.NOT_JSON, line=error.lineno, column=error.colno) from None
        yield from map(_line, lines)
        return
    yield from _services(whole)


def _services(whole: Any) -> Iterator[Any]:
    if isinstance(whole, list):
        yield from whole
        return
    if not isinstance(whole, dict):
        raise wrong_file(says.NOT_HSDS)
    for name in LISTS:
        if isinstance(whole.get(name), list):
            yield from whole[name]
            return
    if "id" not in whole or "name" not in whole:
        raise wrong_file(says.NOT_HSDS)
    yield whole


def _line(line: str) -> Any:
    try:
        return _parse(line)
    except json.JSONDecodeError:
        return BAD_LINE


def _parse(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise wrong_file(says.TOO_DEEP) from None
    except json.JSONDecodeError:
        raise
    except ValueError:  # a number of thousands of digits
        raise wrong_file(says.NOT_A_JSON_NUMBER) from None


def _no_constant(_name: str) -> Any:
    raise wrong_file(says.NOT_A_JSON_NUMBER)


def check_values(value: Any, depth: int = 0) -> None:
    """`CellError` for what no table can keep, anywhere in a service."""
    if depth > DEEPEST:
        raise CellError(says.TOO_DEEP)
    if isinstance(value, dict):
        for name, inner in value.items():
            check_values(name, depth + 1)
            check_values(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            check_values(inner, depth + 1)
    elif isinstance(value, str):
        _check_text(value)
    elif isinstance(value, float) and not isfinite(value):
        raise CellError(says.NOT_A_NUMBER)


def _check_text(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise CellError(says.TOO_LONG, limit=LONGEST_TEXT)
    for character in text:
        if character == "\0" or "\ud800" <= character <= "\udfff":
            raise CellError(says.WRONG_CHARACTER, code=f"U+{ord(character):04X}")
