"""The described API of the registry."""
