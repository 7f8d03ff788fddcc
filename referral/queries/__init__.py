"""Reads of the hand-off."""
