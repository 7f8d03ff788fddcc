"""The person comes, and what follows."""
