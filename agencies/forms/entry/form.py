"""The form of one part of an entry: what was typed, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from agencies.commands.entries.change import fingerprint
from agencies.forms.entry.boxes import (
    Box,
    LanguagesBox,
    LinesBox,
    NeedsBox,
    NumberBox,
    StatusBox,
    TextBox,
    ThreeBox,
    Values,
    WrongInputError,
    shown,
)
from agencies.forms.entry.pools import PoolsBox
from agencies.forms.entry.rows import HoursBox, PhonesBox, RenameBox, is_plain, shown_hours
from agencies.models.records import ScheduleRecord
from agencies.queries.entries.own import Item
from agencies.rules.entries import Kind
from agencies.rules.freshness import Fact
from agencies.rules.person import OLDEST
from core.i18n import _

YEARS = _("years")

BOXES: dict[tuple[Kind, Fact], tuple[Box, ...]] = {
    (Kind.AGENCY, Fact.ABOUT): (
        TextBox("name", needed=True),
        RenameBox(),
        TextBox("short_name", most=60),
        TextBox("description", look="area", most=2000),
        TextBox("email", wants="@"),
        TextBox("website", wants=".", most=300),
        NumberBox("promised_response_minutes", _("minutes"), high=60 * 24 * 30),
    ),
    (Kind.AGENCY, Fact.PHONE): (PhonesBox(),),
    (Kind.SERVICE, Fact.ABOUT): (
        TextBox("name", needed=True),
        TextBox("alternate_name"),
        StatusBox(),
        NeedsBox(),
        TextBox("description", look="area", most=2000),
        TextBox(
            "alert", _("Shown at the top of every result, so keep it short."), look="area", most=300
        ),
        TextBox("application_process", look="area", most=1000),
        LinesBox(),
        TextBox("fees", most=300),
    ),
    (Kind.SERVICE, Fact.ELIGIBILITY): (
        ThreeBox("takes_female"),
        ThreeBox("takes_male"),
        ThreeBox("takes_boys", _("When not known, as for men.")),
        ThreeBox("takes_other"),
        NumberBox("minimum_age", YEARS, high=OLDEST),
        NumberBox("maximum_age", YEARS, high=OLDEST),
        ThreeBox("takes_children"),
        NumberBox("oldest_boy", YEARS, _("0: no boys come along"), high=OLDEST),
        ThreeBox("takes_foreigners"),
        ThreeBox("takes_without_id"),
        ThreeBox("night_intake"),
        TextBox("night_decider", _("A role, such as duty officer; never a name."), most=100),
        ThreeBox("needs_letter"),
        ThreeBox("needs_medical_clearance"),
        NumberBox("longest_stay_days", _("days"), high=10_000),
        LanguagesBox(),
    ),
    (Kind.SERVICE, Fact.PHONE): (PhonesBox(),),
    (Kind.SERVICE, Fact.HOURS): (HoursBox(),),
    (Kind.OFFER, Fact.HOURS): (HoursBox(),),
    (Kind.OFFER, Fact.PHONE): (PhonesBox(),),
    (Kind.OFFER, Fact.BEDS): (PoolsBox(),),
    (Kind.OFFER, Fact.ACCESS): (
        ThreeBox("access_mobility"),
        ThreeBox("access_hearing"),
        ThreeBox("access_sight"),
        ThreeBox("access_intellectual"),
        ThreeBox("access_psychosocial"),
        TextBox(
            "access_notes", _("Nothing that tells where a secret place is."), look="area", most=500
        ),
    ),
}


def editable_parts(kind: Kind) -> list[Fact]:
    """The parts of a kind that have a form, in the order of the pages."""
    return [fact for of, fact in BOXES if of is kind]


@dataclass(slots=True)
class EntryForm:
    """What stands in the form of a part (`values`) and what is wrong with it (`errors`)."""

    item: Item
    fact: Fact
    values: Values
    seen: str
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def opened(cls, item: Item, fact: Fact) -> EntryForm:
        """The form as it is opened: what is known now."""
        boxes = BOXES[item.kind, fact]
        return cls(item, fact, shown(boxes, item.record), _seen(item, boxes))

    @classmethod
    def sent(cls, item: Item, fact: Fact, values: MultiDict[str, str]) -> EntryForm:
        """The form as it was sent."""
        return cls(item, fact, MultiDict(values), values.get("seen", ""))

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Its questions."""
        return BOXES[self.item.kind, self.fact]

    def get(self, name: str) -> str:
        """What stands in a box."""
        return self.values.get(name, "")

    def chosen(self, name: str) -> list[str]:
        """What is ticked in a group."""
        return self.values.getlist(name)

    def read(self) -> dict[str, Any] | None:
        """The new values; None when something is wrong, with `errors` filled."""
        news = {}
        for box in self.boxes:
            try:
                news[box.name] = box.read(self.values, self.item.record)
            except WrongInputError as wrong:
                self.errors[wrong.name] = wrong.text
        return None if self.errors else news

    def show_again(self) -> None:
        """Somebody else was quicker: what is sent next is compared with what is there now."""
        self.seen = _seen(self.item, self.boxes)

    def suggest_hours(self, rows: tuple[ScheduleRecord, ...]) -> None:
        """A place without hours of its own begins with those that hold for it until now."""
        for name, texts in shown_hours(rows).items():
            self.values.setlist(name, texts)

    @property
    def loses_hours(self) -> bool:
        """Whether there are hours that no week can show: saving would replace them."""
        rows = getattr(self.item.record, "schedules", ())
        return self.fact is Fact.HOURS and not all(is_plain(row) for row in rows)


def _seen(item: Item, boxes: tuple[Box, ...]) -> str:
    return fingerprint(item, [box.name for box in boxes])
