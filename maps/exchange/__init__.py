"""Files that coordinators take along."""
