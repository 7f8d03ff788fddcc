"""What may be done in the hand-off: one function for each use case, on shelves by what it is about.

`case/` the case and its key; `consent/`; `asking/` from a draft to what is sent; `moves/` every
change of a referral's state; `beds/` places; `duty/` clocks and rosters; `notices/` what is told;
`hand_over/` coming and after; `record/` what is read and kept; `routes/` known ways.
"""
