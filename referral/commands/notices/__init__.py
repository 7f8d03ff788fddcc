"""Telling that something waits, and the way in for those without an account."""
