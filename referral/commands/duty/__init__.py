"""Clocks, and who is on duty when one has run out."""
