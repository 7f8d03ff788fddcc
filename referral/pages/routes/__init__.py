"""Pages of known ways: the pathway for coordinators, agreements for agencies."""
