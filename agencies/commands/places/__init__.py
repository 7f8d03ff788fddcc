"""Load the gazetteer and outlines; loading the same file again changes nothing."""

from agencies.commands.places.common import Loaded
from agencies.commands.places.load import NewPlace, load_places
from agencies.commands.places.outlines import NewOutline, load_outlines
from agencies.commands.places.population import NewPopulation, load_population

__all__ = [
    "Loaded",
    "NewOutline",
    "NewPlace",
    "NewPopulation",
    "load_outlines",
    "load_places",
    "load_population",
]
