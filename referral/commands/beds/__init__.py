"""Places: held, taken, given back."""
