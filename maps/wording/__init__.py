"""What was found, in words of both languages."""
