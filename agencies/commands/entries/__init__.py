"""Keep entries true: change, undo, confirm, report, settle."""
