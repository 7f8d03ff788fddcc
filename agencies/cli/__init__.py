"""Commands for operators: import and export, places, sample data."""
