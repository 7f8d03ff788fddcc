"""How the hand-off is said to people, in the language asked for."""
