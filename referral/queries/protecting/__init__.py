"""Hides counts of few persons so that nobody can work them out from what is shown.

`protect(records, tables, …)` says of each cell of each table whether it is shown. Why that holds:
`docs/published.md`.
"""

from referral.queries.protecting.cells import Cells
from referral.queries.protecting.hiding import NotSafeError, Protected, protect
from referral.queries.protecting.records import Ints, Records

__all__ = ["Cells", "Ints", "NotSafeError", "Protected", "Records", "protect"]
