"""Pages: find, directory, places."""
