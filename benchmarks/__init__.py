"""Measurements that anybody can repeat: `python -m benchmarks` (see docs/benchmarks.md)."""
