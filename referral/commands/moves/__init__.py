"""The moves of a referral: one command each, over the table of `rules/moves.py`."""
