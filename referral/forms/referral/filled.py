"""The form, filled in by something else than a hand: another referral, or a program.

A draft that a program wrote is one that people open, change and send: so it is spelt as they would
have typed it, and read by the same rules.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from agencies.rules.person import Child, Sex, parse_children
from referral.forms.referral.facts import YES_OR_NO
from referral.forms.referral.form import ReferralForm
from referral.rules.facts import MOST_CHILDREN
from referral.rules.time_critical import Critical


@dataclass(frozen=True, slots=True)
class Sent:
    """What a program says in a draft; `facts` by the names of `rules/facts.py`."""

    needs: tuple[str, ...]
    facts: Mapping[str, Any]
    person: Mapping[str, str] = field(default_factory=dict)
    case_code: str = ""
    signs: tuple[str, ...] = ()
    urgency: str = ""
    kind: str = ""
    offer_id: uuid.UUID | None = None
    receiver_id: uuid.UUID | None = None
    parent_id: uuid.UUID | None = None
    bond: str = ""
    requested_by: datetime | None = None
    critical: tuple[Critical, int] | None = None  # what, and how many hours ago or ahead


def form_of(sent: Sent, timezone: str) -> ReferralForm:
    """The form as if somebody had typed it now."""
    form = ReferralForm.empty(timezone)
    fill(form, sent.facts)
    ids = {"offer": sent.offer_id, "receiver": sent.receiver_id, "parent": sent.parent_id}
    said = {name: str(own_id) for name, own_id in ids.items() if own_id is not None}
    said |= {"urgency": sent.urgency, "kind": sent.kind, "bond": sent.bond}
    said |= dict(sent.person)
    said |= {"case_mode": "existing" if sent.case_code else "new", "case_code": sent.case_code}
    if sent.requested_by is not None:
        local = sent.requested_by.astimezone(ZoneInfo(timezone))
        said["requested_by"] = local.strftime("%Y-%m-%dT%H:%M")
    if sent.critical is not None:
        kind, hours = sent.critical
        said |= {"critical": kind.value, "critical_hours": str(hours)}
    form.put({name: text for name, text in said.items() if text})
    form.values.setlist("need", list(sent.needs))
    form.values.setlist("sign", list(sent.signs))
    return form


def fill(form: ReferralForm, fields: Mapping[str, Any]) -> None:
    """Facts as the form spells them. What is a band is left out."""
    for name, value in fields.items():
        if name in YES_OR_NO:
            form.values[name] = "yes" if value else "no"
        elif name == "children":
            _fill_children(form, value)
        elif isinstance(value, (list, tuple)):
            form.values.setlist(name, [str(one) for one in value])
        elif name == "age" and not str(value).isdecimal():
            continue
        elif name != "attachments":
            form.values[name] = str(value)


def _fill_children(form: ReferralForm, said: str | tuple[Child, ...]) -> None:
    children = parse_children(said) if isinstance(said, str) else said
    for number, child in enumerate(children[:MOST_CHILDREN], 1):
        form.values[f"child_sex_{number}"] = "M" if child.sex is Sex.MALE else "F"
        form.values[f"child_age_{number}"] = str(child.age)
