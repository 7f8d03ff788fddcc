"""Changes, one function for each use case."""
