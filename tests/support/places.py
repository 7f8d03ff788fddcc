"""Small gazetteers for tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from click.testing import Result
from flask import Flask

HEAD = "code,level,name,lat,lon"
AROUND_JAKARTA = (
    "31,province,Daerah Khusus Ibukota Jakarta,-6.19905,106.83438",
    "31.74,regency,Kota Administrasi Jakarta Selatan,-6.2726,106.81004",
    "31.75,regency,Kota Administrasi Jakarta Timur,-6.25497,106.90069",
    "31.75.04,district,Kramatjati,-6.27631,106.86544",
    "31.75.10,district,Cipayung,-6.32534,106.90356",
    "31.75.10.1001,village,Cipayung,-6.32906,106.8939",
    "32,province,Jawa Barat,-6.92063,107.60332",
    "32.01,regency,Kabupaten Bogor,-6.5598,106.76705",
    "32.71,regency,Kota Bogor,-6.59349,106.79936",
    "32.76,regency,Kota Depok,-6.3962,106.81684",
    "32.76.07,district,Cipayung,-6.4297,106.80283",
)


def gazetteer(folder: Path, rows: Iterable[str] = AROUND_JAKARTA, name: str = "some.csv") -> Path:
    """A gazetteer file of these lines."""
    path = folder / name
    path.write_text("\n".join((HEAD, *rows)) + "\n", encoding="utf-8")
    return path


def load(app: Flask, *arguments: str | Path) -> Result:
    """`flask places load ARGUMENTS`."""
    return app.test_cli_runner().invoke(args=["places", "load", *map(str, arguments)])
