"""Secret places as far as somebody may see them, and the points where people are met instead."""
