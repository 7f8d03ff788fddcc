"""Rules of the maps: plain functions on plain values, the standard library alone."""
