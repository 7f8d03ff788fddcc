"""The log of referrals in columns: one row for each referral that was sent, nothing of a person.

For the worker, which publishes counts of it and draws the graph of it; never for a page. The rows
are read as whoever asks may see them: outside requests that is everything (docs/walls.md).
"""

from referral.queries.log.columns import NEVER, NO, Log
from referral.queries.log.reading import Span, read_log
from referral.queries.log.searches import Searches, read_searches

__all__ = ["NEVER", "NO", "Log", "Searches", "Span", "read_log", "read_searches"]
