"""What is asked of a map."""
