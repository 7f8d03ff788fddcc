"""Reads about how entries are kept true: whose they are, what is old, what was changed."""
