"""Reads of the registry; names are sentences."""
