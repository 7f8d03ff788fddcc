"""Makes what is published of a closed period: counts, hidden where few, and figures that are coarse
enough to tell nothing more."""

from referral.queries.publishing.body import Body, pack, packed_body
from referral.queries.publishing.due import due_periods, quarters_out
from referral.queries.publishing.making import make_body

__all__ = ["Body", "due_periods", "make_body", "pack", "packed_body", "quarters_out"]
