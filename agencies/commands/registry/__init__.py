"""Keep records of the registry: what imports and sample data are saved by."""

from agencies.commands.registry.saving import save_records

__all__ = ["save_records"]
