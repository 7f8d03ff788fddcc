"""Tests: docs/testing.md says what each folder holds."""
