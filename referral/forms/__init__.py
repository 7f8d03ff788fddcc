"""Forms of the hand-off."""
