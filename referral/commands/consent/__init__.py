"""Consent and what closes a door: given, renewed, withdrawn, kept from somebody, broken open."""
