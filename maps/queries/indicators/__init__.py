"""The figures of the indicators."""
