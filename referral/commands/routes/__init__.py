"""Known ways between agencies, declared and agreed."""
