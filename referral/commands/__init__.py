"""What may be done in the hand-off: one function for each use case."""
