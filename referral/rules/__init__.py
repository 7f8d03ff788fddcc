"""The hand-off's rules, as plain functions on plain values. Standard library only."""
