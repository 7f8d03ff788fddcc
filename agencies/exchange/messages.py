"""Everything that an import says of a file. Ids of the catalogues; docs/import.md lists them all.

No message quotes a coordinate, and what is quoted at all is hidden where a place may be secret.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.errors import Trouble
from core.i18n import _

# The whole file is refused, and nothing of it is read.
EMPTY_FILE = _("The file is empty")
NO_RECORDS = _("The file has a header but no records")
TOO_LARGE = _("The file is larger than %(limit)s")
UTF16 = _("The file is UTF-16, not UTF-8. Save it as “CSV UTF-8”")
WRONG_ENCODING = _(
    "The file is not UTF-8: byte %(byte)s in line %(line)d. Save it as “CSV UTF-8”; nothing was"
    " imported"
)
NUL_BYTES = _("The file holds NUL bytes (line %(line)d). It is not a text file")
UNFINISHED_QUOTE = _("A quotation mark that is opened in line %(line)d is never closed")
MISSING_COLUMN = _("The column “%(column)s” is missing")
COLUMN_TWICE = _("The column “%(column)s” is there twice")
NOT_XLSX = _("This is not an XLSX file that can be read")
XLSX_TOO_LARGE = _("Unpacked, the XLSX file is larger than %(limit)s")
TOO_MANY_RECORDS = _("The file has more than %(limit)d records; divide it")
NOT_JSON = _("This is not JSON: line %(line)d, column %(column)d")
NOT_A_JSON_NUMBER = _("The file holds NaN or Infinity, which are not JSON")
TOO_DEEP = _("The JSON is nested too deeply")
NOT_HSDS = _("There is no service here: expected an HSDS service, a list or a page of services")
UNKNOWN_FORMAT = _("The format cannot be told from the file name; say it with --format")
CANNOT_READ = _("The file cannot be read: %(reason)s")
MAPPING_WRONG = _("The mapping is wrong: %(reason)s")
FILE_MESSAGES = (
    EMPTY_FILE, NO_RECORDS, TOO_LARGE, UTF16, WRONG_ENCODING, NUL_BYTES, UNFINISHED_QUOTE,
    MISSING_COLUMN, COLUMN_TWICE, NOT_XLSX, XLSX_TOO_LARGE, TOO_MANY_RECORDS, NOT_JSON,
    NOT_A_JSON_NUMBER, TOO_DEEP, NOT_HSDS, UNKNOWN_FORMAT, CANNOT_READ, MAPPING_WRONG,
)  # fmt: skip

# One record is refused; the others are kept.
MISSING = _("This is needed and missing")
WRONG_KEY = _("“%(value)s” is not a key: letters, digits and . _ : - only, at most 200")
TOO_LONG = _("The text is longer than %(limit)d characters")
WRONG_CHARACTER = _("The text holds a character that cannot be kept (%(code)s)")
WRONG_CELLS = _("The record has %(count)d cells, the header %(expected)d")
BROKEN_RECORD = _("The record cannot be read: its quotation marks are in disorder")
FORMULA = _("The cell holds a formula or an error; put the value there")
NOT_A_NUMBER = _("This is not a number")
NOT_A_WHOLE_NUMBER = _("“%(value)s” is not a whole number")
NOT_IN_RANGE = _("The number must be between %(low)d and %(high)d")
LATITUDE_RANGE = _("The latitude is not between -90 and 90")
LONGITUDE_RANGE = _("The longitude is not between -180 and 180")
SWAPPED = _("Latitude and longitude are swapped: only the other way round is it in Indonesia")
NULL_ISLAND = _("Latitude and longitude are both 0: the position is not known")
HALF_A_POINT = _("Latitude and longitude belong together; one is missing")
UNKNOWN_NEED = _("“%(value)s” is not a need of the list")
UNKNOWN_TYPE = _("“%(value)s” is not a type of agency")
UNKNOWN_WORD = _("“%(value)s” is not one of: %(words)s")
NOT_YES_NO = _("“%(value)s” is neither yes nor no")
IMPOSSIBLE_DATE = _("“%(value)s” is not a date such as 2026-11-30")
AGES_CONTRADICT = _("The minimum age is above the maximum age")
AGE_RANGE = _("An age must be between 0 and 120")
SAME_RECORD = _("The same service at the same place is already in record %(record)d")
CONTRADICTS = _("Record %(record)d says something else of the same %(what)s")
OTHER_AGENCY = _("Record %(record)d says that this service is another agency's")
UNREADABLE_POOLS = _("The places cannot be read: “%(value)s”")
POOL_TWICE = _("The pool “%(label)s” is there twice")
POOL_AGES = _("Pool “%(label)s”: the ages contradict each other")
POOL_FULL = _("Pool “%(label)s”: more places are taken than there are")
POOL_MOMENT = _("Pool “%(label)s”: “%(value)s” is not a moment such as 2026-11-20T18:00+07:00")
POOL_FUTURE = _("Pool “%(label)s”: the figures were said in the future")
POOL_RELATIVE = _("Pool “%(label)s”: a moment such as -3h is only for sample data")
POOL_HELD = _("Places are held in pool “%(label)s”, so it cannot be left out")
UNREADABLE_HOURS = _("The opening hours cannot be read: “%(value)s”")
NOT_WEEKLY = _("Only plain hours that are the same every week can be kept: “%(value)s”")
HOLIDAY_HOURS = _("On public holidays a service is open as usual or closed; no other hours")
NEVER_OPEN = _("By these hours it is never open; say so by its status")
HOLIDAYS_CONTRADICT = _("The hours and the column “holidays” contradict each other")
UNREADABLE_PHONE = _("“%(value)s” is not a telephone number")
UNREADABLE_LANGUAGE = _("“%(value)s” is not a language code such as id or jv")
UNREADABLE_NAMES = _("The earlier names cannot be read: “%(value)s”")
UNKNOWN_TIMEZONE = _("“%(value)s” is not a time zone")
UNTRANSLATED = _("The mapping does not say what “%(value)s” means")
MUST_BE = _("This must be %(kind)s")
NO_AGENCY = _("The service names no agency")
NO_PLACE_GIVEN = _("The place is not in the file")
NOT_AN_OBJECT = _("This is not a service")
BROKEN_LINE = _("The line is not JSON")
REFUSED_WHEN_SAVED = _("The database refused the record")
ROW_MESSAGES = (
    MISSING, WRONG_KEY, TOO_LONG, WRONG_CHARACTER, WRONG_CELLS, BROKEN_RECORD, FORMULA,
    NOT_A_NUMBER, NOT_A_WHOLE_NUMBER, NOT_IN_RANGE, LATITUDE_RANGE, LONGITUDE_RANGE, SWAPPED,
    NULL_ISLAND, HALF_A_POINT, UNKNOWN_NEED, UNKNOWN_TYPE, UNKNOWN_WORD, NOT_YES_NO,
    IMPOSSIBLE_DATE, AGES_CONTRADICT, AGE_RANGE, SAME_RECORD, CONTRADICTS, OTHER_AGENCY,
    UNREADABLE_POOLS, POOL_TWICE, POOL_AGES, POOL_FULL, POOL_MOMENT, POOL_FUTURE, POOL_RELATIVE,
    POOL_HELD, UNREADABLE_HOURS, NOT_WEEKLY, HOLIDAY_HOURS, NEVER_OPEN, HOLIDAYS_CONTRADICT,
    UNREADABLE_PHONE, UNREADABLE_LANGUAGE, UNREADABLE_NAMES, UNKNOWN_TIMEZONE, UNTRANSLATED,
    MUST_BE, NO_AGENCY, NO_PLACE_GIVEN, NOT_AN_OBJECT, BROKEN_LINE, REFUSED_WHEN_SAVED,
)  # fmt: skip

# Something is suspicious; the record is kept.
UNKNOWN_COLUMN = _("The column “%(column)s” is not known and was not read")
NO_GAZETTEER = _("No gazetteer is loaded: areas and positions were not checked")
NO_NEEDS = _("The service meets no need of the list, so find cannot find it")
NO_PLACE = _("The service has no place, so find cannot find it")
UNKNOWN_AREA = _("The service area “%(value)s” is not in the gazetteer")
UNKNOWN_PLACE = _("The named place is not in the gazetteer, or there are several of that name")
OUTSIDE = _("The point is not in the named district %(district)s")
FAR = _("The point is %(km)d km from the middle of the named district %(district)s")
SAME_POINT = _("The place stands at the same point as %(other)s")
SIMILAR_NAME = _("The name differs from that of %(other)s only by spaces or capital letters")
LESS_GUARDED = _("The place was secret; by this record it is not any more")
OLDER_FIGURES = _("Pool “%(label)s”: a younger figure is known and was kept")
PHONE_LEFT_OUT = _("“%(value)s” is not a telephone number and was left out")
ONE_EMAIL = _("Only the first e-mail address was kept")
WRONG_EMAIL = _("“%(value)s” does not look like an e-mail address")
VERIFIED_LATER = _("The day of verification is in the future")
HOURS_IN_WORDS = _("These hours are kept but not understood: open now cannot be told from them")
PLACES_DROPPED = _("Other places of the agency were left out, because its places are guarded")
UNUSED_CAPACITY = _("The capacity is kept but not understood as pools of places")
WARNING_MESSAGES = (
    UNKNOWN_COLUMN, NO_GAZETTEER, NO_NEEDS, NO_PLACE, UNKNOWN_AREA, UNKNOWN_PLACE, OUTSIDE, FAR,
    SAME_POINT, SIMILAR_NAME, LESS_GUARDED, OLDER_FIGURES, PHONE_LEFT_OUT, ONE_EMAIL, WRONG_EMAIL,
    VERIFIED_LATER, HOURS_IN_WORDS, PLACES_DROPPED, UNUSED_CAPACITY,
)  # fmt: skip

LONGEST_QUOTE = 60
HIDDEN = "…"
QUOTES = frozenset({"value", "label", "other", "district"})  # values that a file said


class CellError(ValueError):
    """A cell cannot be read; `message` and `values` say why, the caller knows the column."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.message, self.values = message, values

    def trouble(self, column: str) -> Trouble:
        """The same as trouble of a column."""
        return Trouble(column, self.message, tuple(self.values.items()))


def quoted(text: object) -> str:
    """A text as messages may quote it: short, and with nothing that moves a terminal's cursor."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(text))
    return shown if len(shown) <= LONGEST_QUOTE else shown[: LONGEST_QUOTE - 1] + "…"


def without_quotes(trouble: Trouble) -> Trouble:
    """The same trouble without what the file said: of a place that may be secret nothing leaks."""
    values = tuple((name, HIDDEN if name in QUOTES else v) for name, v in trouble.values)
    return Trouble(trouble.field, trouble.message, values)


@dataclass(slots=True)
class Notes:
    """What is wrong with one record (`refused`) and what is merely suspicious (`warnings`)."""

    refused: list[Trouble] = field(default_factory=list)
    warnings: list[Trouble] = field(default_factory=list)

    def refuse(self, column: str, message: str, **values: Any) -> None:
        """The record cannot be kept."""
        self.refused.append(Trouble(column, message, tuple(values.items())))

    def warn(self, column: str, message: str, **values: Any) -> None:
        """The record is kept, but somebody should look."""
        self.warnings.append(Trouble(column, message, tuple(values.items())))

    def hide(self) -> None:
        """Quote nothing: the record may be of a secret place."""
        self.refused = [without_quotes(t) for t in self.refused]
        self.warnings = [without_quotes(t) for t in self.warnings]
