"""The rules of maps, on plain values: the standard library and the rules below them only."""
