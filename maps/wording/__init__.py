"""What the maps show, in words of both languages."""
