"""Registry in, registry out: the own CSV and XLSX, any facility list, HSDS JSON, GeoJSON.

Readers make plain records of files (`agencies.models.records`); `importing` checks them against
each other and the registry and hands what differs to `agencies.commands.registry`.
"""
