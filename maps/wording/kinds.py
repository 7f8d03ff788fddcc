"""What kinds of person are called."""

from __future__ import annotations

from collections.abc import Mapping

from core.i18n import _

KIND_WORDS: Mapping[str, str] = {
    "man": _("a man"),
    "wheelchair": _("somebody in a wheelchair"),
    "boy of 8": _("a mother with a boy of 8"),
    "foreigner": _("a foreign national"),
    "no id": _("somebody without papers"),
}
