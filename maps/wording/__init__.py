"""Words of the maps."""
