"""Commands of the hand-off for operators."""
