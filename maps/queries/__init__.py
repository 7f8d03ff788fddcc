"""What the maps read."""
