"""Find: who can take this person now, nearest first.

`ask` is the way in. It walks outwards over H3 cells (`near`), reads what the rules need of each
offer it meets (`load`), and stops when no offer farther away could enter the answer (`ask`).
"""

from agencies.queries.find.answer import Answer, Entry, NextStep
from agencies.queries.find.ask import ask

__all__ = ["Answer", "Entry", "NextStep", "ask"]
