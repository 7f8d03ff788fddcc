"""What holds the network together, as a coordinator's page reads it.

`what_holds` is the whole network, `if_stopped` one agency, `how_strong` one district's way to one
need. Agencies are named by their number in the network (`referral.graph`).
"""

from maps.queries.holding.cut import Strength, Ways, areas_to_choose, how_strong, named_areas
from maps.queries.holding.held import Holding, SingleProvider, what_holds
from maps.queries.holding.ready import Held, held_now, held_once_read, network_once_read
from maps.queries.holding.stopping import Lost, Stopped, if_stopped

__all__ = [
    "Held",
    "Holding",
    "Lost",
    "SingleProvider",
    "Stopped",
    "Strength",
    "Ways",
    "areas_to_choose",
    "held_now",
    "held_once_read",
    "how_strong",
    "if_stopped",
    "named_areas",
    "network_once_read",
    "what_holds",
]
