"""The doors for the operator."""
