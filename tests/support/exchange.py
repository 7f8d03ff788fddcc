"""Files to import, and what came of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import Result
from flask import Flask
from sqlalchemy import delete, select

from agencies.exchange.columns import NAMES
from agencies.exchange.neutral import neutralised
from agencies.models import Agency, Location, Offer
from agencies.queries.export import entries_up_to
from core.actors import Tier
from core.db import db, writing

SMALL_GAZETTEER = "--small"
Cells = Mapping[str, str]

SHELTER: dict[str, str] = {
    "agency_key": "melati",
    "agency_name": "Rumah Aman Melati Contoh",
    "agency_type": "SHL",
    "service_key": "melati-malam",
    "service_name": "Rumah aman darurat",
    "needs": "S1 S4",
    "location_key": "melati-rumah",
    "location_name": "Rumah Melati",
    "latitude": "-6.32534",
    "longitude": "106.90356",
    "district": "Cipayung",
    "city": "Jakarta Timur",
}


def row(**cells: str) -> dict[str, str]:
    """A shelter with some cells otherwise."""
    return {**SHELTER, **cells}


def rows(count: int, **cells: str) -> list[dict[str, str]]:
    """Shelters that differ in their keys, names and places."""
    return [
        row(
            agency_key=f"a{n}",
            agency_name=f"Lembaga {n}",
            service_key=f"s{n}",
            location_key=f"l{n}",
            latitude=f"{-6.3 + n / 10_000:.5f}",
            **cells,
        )
        for n in range(1, count + 1)
    ]


def csv_of(table: Iterable[Cells], columns: Iterable[str] = NAMES, delimiter: str = ",") -> str:
    """Rows as CSV, neutralised as an export is."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    names = list(columns)
    writer.writerow(names)
    for cells in table:
        writer.writerow([neutralised(cells.get(name, "")) for name in names])
    return text.getvalue()


def save(folder: Path, content: str | bytes, name: str = "registry.csv") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def flask_agencies(app: Flask, *arguments: object) -> Result:
    """`flask agencies ARGUMENTS`; an exception in it is an exception here."""
    command = ["agencies", *map(str, arguments)]
    result = app.test_cli_runner().invoke(args=command, catch_exceptions=False)
    db.session.rollback()
    return result


@dataclass(frozen=True, slots=True)
class Counts:
    """The table at the end of an import."""

    added: int
    changed: int
    unchanged: int
    warnings: int
    refused: int


def counts(result: Result) -> Counts:
    """The counts that an import said, in English."""
    said = [line.split() for line in result.output.splitlines()]
    table = {parts[1]: int(parts[0]) for parts in said if len(parts) == 2 and parts[0].isdigit()}
    return Counts(**table)


def refusals(path: Path) -> list[dict[str, str]]:
    """The rows of the file of refused records beside a file."""
    with path.with_name(path.name + ".refused.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everything(tier: Tier = Tier.SECRET) -> list[Any]:
    """The whole content of the registry, as records."""
    db.session.rollback()
    return list(entries_up_to(tier))


def revisions() -> dict[str, int]:
    """How often each offer changed."""
    db.session.rollback()
    return {str(o): n for o, n in db.session.execute(select(Offer.id, Offer.revision))}


def empty() -> None:
    """Take everything out of the registry; the gazetteer stays."""
    with writing():
        db.session.execute(delete(Agency))
        db.session.execute(delete(Location))
