"""Trouble as a sentence, and the file of refused records."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from agencies.exchange.neutral import neutralised
from agencies.exchange.report import Remark
from core.errors import Trouble
from core.i18n import Say, _

HEADER = ("record", "key", "field", "reason")
OURS = frozenset({"what", "kind"})  # values that are words of ours, to be translated too

RECORD, WHOLE_FILE = _("Record %(record)d, %(field)s: %(reason)s"), _("The file: %(reason)s")


def sentence(trouble: Trouble, tell: Say) -> str:
    """What is wrong, in the language of `tell`."""
    values = {name: tell(v) if name in OURS else v for name, v in trouble.values}
    return tell(trouble.message, **values)


def line(remark: Remark, tell: Say) -> str:
    """A remark as a line of the terminal."""
    reason = sentence(remark.trouble, tell)
    if not remark.record:
        return tell(WHOLE_FILE, reason=reason)
    return tell(RECORD, record=remark.record, field=remark.trouble.field, reason=reason)


def refused_csv(remarks: Iterable[Remark], tell: Say) -> str:
    """The refused records as CSV: record number, key, field, reason."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for remark in remarks:
        reason = sentence(remark.trouble, tell)
        cells = (str(remark.record), remark.key, remark.trouble.field, reason)
        writer.writerow([neutralised(cell) for cell in cells])
    return text.getvalue()
