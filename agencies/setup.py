"""Adds the registry to the app: its pages, API, commands and duties."""

from __future__ import annotations

from functools import partial

from flask import Flask

from accounts.queries.audit.names import register_names
from accounts.queries.registry import Registry, register_registry
from agencies import jobs, models  # noqa: F401 (its tables belong to the app)
from agencies.api import find as find_api
from agencies.cli import demo, places, registry
from agencies.commands.demo import REPORTED_EVERY, report_sample_beds
from agencies.commands.entries.nudges import register_duties as register_nudges
from agencies.commands.generation import begin_era, init_generations
from agencies.commands.geocoding import register_duties as register_geocoding
from agencies.commands.secret.forgetting import register_duties as register_forgetting
from agencies.pages import (
    applications,
    directory,
    entry,
    find,
    join,
    meeting_points,
    secret_places,
    templates_download,
)
from agencies.pages import places as places_pages
from agencies.queries.named import agency_names
from agencies.queries.registry import (
    agency_of_registry,
    area_of_registry,
    areas_meant_in_registry,
    stopped_agency,
)
from core.actors import SYSTEM
from core.api import api_of
from core.backup.database import RESTORED
from core.events import subscribe
from core.worker import register_duty


def init_app(app: Flask) -> None:
    """Register every door of the package."""
    register_registry(
        Registry(agency_of_registry, area_of_registry, areas_meant_in_registry, stopped_agency)
    )
    find.register(app)
    directory.register(app)
    places_pages.register(app)
    templates_download.register(app)
    secret_places.register(app)
    meeting_points.register(app)
    entry.register(app)
    join.register(app)
    applications.register(app)
    api_of(app).register_blueprint(find_api.blueprint)
    for door in (demo, places, registry):
        door.register(app)
    init_generations()
    subscribe(RESTORED, begin_era)
    register_geocoding()
    register_nudges()
    register_forgetting()
    jobs.register()
    register_names("agency", agency_names)
    if app.config["RUJUKAN"].demo:
        register_duty("sample_beds", REPORTED_EVERY / 4, partial(report_sample_beds, SYSTEM))
