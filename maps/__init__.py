"""Looks down on everything and writes nothing. So far: the ground under every map."""
