"""Pages of the hand-off."""
