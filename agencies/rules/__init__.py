"""The field's rules about agencies, as plain functions on plain values. Standard library only."""
