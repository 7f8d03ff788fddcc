"""Secret places: sealed, moved, opened; and the points where people are met instead."""
