"""What reading a file of places gives: rows, wrong rows by name, or one sentence."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import RefusedError, Trouble, refused
from core.i18n import Say, _

LINE, FEATURE = _("line %(number)s"), _("feature %(number)s")

NOT_GZIP = _("%(file)s is not a whole gzip file.")
CANNOT_READ = _("%(file)s cannot be read.")
NOT_UTF8 = _("%(file)s is not UTF-8 text; save it again with that encoding.")
NOT_CSV = _("%(file)s is not a CSV file: line %(line)s, %(reason)s.")
LACKS = _("%(file)s lacks the columns %(missing)s; a gazetteer has %(columns)s.")
NOT_JSON = _("%(file)s is not JSON, let alone GeoJSON.")
NOT_GEOJSON = _("%(file)s is not a GeoJSON FeatureCollection.")

LACKS_PEOPLE = _(
    "%(file)s lacks the columns %(missing)s; a file of population has %(columns)s and perhaps year."
)

NOT_A_CODE = _("“%(value)s” is not a code such as 31.75.10")
NO_CODE = _("there is none")
CODE_TWICE = _("stands on line %(line)s already")
CODE_TWICE_HERE = _("%(code)s stands in the file already")
NOT_A_LEVEL = _("“%(value)s” is none of %(levels)s")
OTHER_LEVEL = _("%(code)s is a code of the level %(found)s, not %(said)s")
UNTOLD_LEVEL = _("“%(value)s” does not tell the level; say --level")
NOT_A_NAME = _("“%(value)s” is not a name")
NOT_DEGREES = _("“%(value)s” is not a number from %(low)s to %(high)s")
NO_SUCH_PLACE = _("no place of the gazetteer has the code %(code)s")
NOT_PEOPLE = _("“%(value)s” is not a whole number from 0 to %(most)s")
NOT_A_YEAR = _("“%(value)s” is not a year from %(first)s to %(last)s")
NO_PROPERTIES = _("there are no properties")
NOT_POLYGONS = _("it is not a Polygon or a MultiPolygon")
NOT_PAIRS = _("its coordinates are not pairs of numbers")
NO_AREA = _("it is empty")
NOT_LONLAT = _("its coordinates are not degrees (longitude, latitude)")


def unreadable(path: Path, message: str, **values: Any) -> RefusedError:
    """A file is not what it should be: one sentence that names it."""
    return refused("file", message, file=path.name, **values)


@dataclass(frozen=True, slots=True)
class WrongRow:
    """What is wrong with one row: where it stands (a message and a number), the field, why."""

    where: str
    number: int
    trouble: Trouble

    def spoken(self, tell: Say) -> str:
        """One line for whoever loads: *line 7, lat: “x” is not a number from -90 to 90*."""
        why = tell(self.trouble.message, **dict(self.trouble.values))
        return f"{tell(self.where, number=self.number)}, {self.trouble.field}: {why}"


class WrongValueError(ValueError):
    """A value that a row may not have; becomes a `WrongRow` where the row's number is known."""

    def __init__(self, field: str, message: str, **values: Any) -> None:
        super().__init__(message)
        self.trouble = Trouble(field, message, tuple(values.items()))

    def at(self, where: str, number: int) -> WrongRow:
        """The same with its place in the file."""
        return WrongRow(where, number, self.trouble)


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, unpacked if it is `.gz`. Raises `RefusedError`."""
    try:
        raw = path.read_bytes()
        if path.suffix == ".gz":
            raw = gzip.decompress(raw)
        return raw.decode("utf-8-sig")
    except (EOFError, OSError) as error:  # a bad gzip file is an OSError
        raise unreadable(path, NOT_GZIP if path.suffix == ".gz" else CANNOT_READ) from error
    except UnicodeDecodeError as error:
        raise unreadable(path, NOT_UTF8) from error


def excerpt(value: object) -> str:
    """A wrong value, short enough for one line."""
    text = str(value)
    return f"{text[:40]}…" if len(text) > 40 else text


def is_outlines(path: Path) -> bool:
    """Whether a file's name says GeoJSON."""
    return path.name.removesuffix(".gz").endswith((".geojson", ".json"))
