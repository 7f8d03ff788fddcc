"""The case: its record, its key, its end."""
