"""The registry: agencies, services, places, hours, capacity, eligibility; find who can help."""
