"""HSDS 3.2 JSON: one service, a list, a page, or a service on each line.

What HSDS says and has no column here is kept in `extra`, so that an export can give it back:

- `extra[property]` of an agency, service, location, offer or schedule is the property as it came;
- `extra["_parts"][id]` of an agency, service, location or offer holds what is left of the row of
  that id among its phones, contacts, languages, areas, documents, costs, accessibilities and
  pools, the HSDS id first of all (`need:S1` of the attribute that names a need, `address` of the
  first address). What is there wins over what the columns say;
- of a list property in `extra`, such as `extra["phones"]`, the entries are those without a row.
"""

from agencies.exchange.hsds.reading import read_hsds

__all__ = ["read_hsds"]
