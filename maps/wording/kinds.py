"""What kinds of person are called."""

from __future__ import annotations

from agencies.rules.kinds import ANYONE, FOREIGNER, MAN, MOTHER, NO_ID, WHEELCHAIR
from core.i18n import _
from maps.rules.kinds import NIGHT

KIND_WORDS = {
    ANYONE: _("Anyone"),
    MAN: _("A man"),
    WHEELCHAIR: _("Somebody in a wheelchair"),
    MOTHER: _("A mother with a boy of 8"),
    FOREIGNER: _("A foreign national"),
    NO_ID: _("Somebody without ID"),
    NIGHT: _("Anyone at night"),
}
IN_A_SENTENCE = {
    ANYONE: _("anyone"),
    MAN: _("a man"),
    WHEELCHAIR: _("somebody in a wheelchair"),
    MOTHER: _("a mother with a boy of 8"),
    FOREIGNER: _("a foreign national"),
    NO_ID: _("somebody without ID"),
    NIGHT: _("anyone at night"),
}
