"""A year of nights for the benchmark of coordinators' pages."""

from __future__ import annotations

import random
from datetime import date

from flask import Flask
from sqlalchemy import insert, select

from agencies.models import NightsFree, NightsLooked, Offer, ServiceNeed
from agencies.rules.needs import ROOF
from agencies.rules.nights import LOOKED_FOR, months_between
from core.db import db, writing


def keep_nights(app: Flask, *, year: int) -> None:
    """Of every roof and each kind of person the nights on which it was free, a quarter of them."""
    chance = random.Random(0)
    with app.app_context():
        with_needs = select(Offer.id).join(ServiceNeed, ServiceNeed.service_id == Offer.service_id)
        roofs = list(db.session.scalars(with_needs.where(ServiceNeed.need.in_(ROOF)).distinct()))
        db.session.rollback()
        with writing():
            for month, nights in months_between(date(year, 1, 1), date(year + 1, 1, 1)):
                db.session.add(NightsLooked(month=month, nights=nights))
                rows = [
                    {"month": month, "need": need, "offer_id": one, "nights": free}
                    for need in LOOKED_FOR
                    for one in roofs
                    if (free := nights & chance.getrandbits(31) & chance.getrandbits(31))
                ]
                db.session.execute(insert(NightsFree), rows)
        db.session.remove()
