"""What every room stands on and that knows nothing of the field.

Settings, database, clock, ids, outbox, errors, languages, geometry, page and API kits.
"""
