"""The tables of docs/import.md, made from the code that reads the files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from agencies.exchange import messages
from agencies.exchange.columns import COLUMNS
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import all_needs

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "import.md"
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def tables() -> str:
    """All tables, one below the other."""
    return "\n".join(f"{make()}" for make in TABLES.values())


def page(old: str) -> str:
    """A page with every table between its marks as it is now."""
    for name, make in TABLES.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = old.partition(begin)
        _, _, after = rest.partition(end)
        old = f"{before}{begin}\n{make()}\n{end}{after}"
    return old


def write_page() -> None:
    """Bring docs/import.md up to date."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(_cell(c) for c in cells)} |" for cells in lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _columns() -> str:
    rows = [
        (
            f"`{column.name}`" + (" **needed**" if column.required else ""),
            column.meaning,
            f"`{column.example}`" if column.example else "",
        )
        for column in COLUMNS
    ]
    return _table(("column", "meaning", "example"), rows)


def _needs() -> str:
    rows = [(f"`{n.code}`", n.label_en, n.label_id) for n in all_needs().values()]
    return _table(("code", "need", "kebutuhan"), rows)


def _types() -> str:
    return _table(("code", "type"), [(f"`{code}`", name) for code, name in AGENCY_TYPES.items()])


def _messages(ids: tuple[str, ...]) -> str:
    lines = [_PLACEHOLDER.sub(r"*\1*", text) for text in ids]
    return "".join(f"- {text}\n" for text in lines)


TABLES: dict[str, Callable[[], str]] = {
    "columns": _columns,
    "needs": _needs,
    "types": _types,
    "file messages": lambda: _messages(messages.FILE_MESSAGES),
    "record messages": lambda: _messages(messages.ROW_MESSAGES),
    "warnings": lambda: _messages(messages.WARNING_MESSAGES),
}
