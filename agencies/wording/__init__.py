"""What rules found, in words, in the language asked for."""
