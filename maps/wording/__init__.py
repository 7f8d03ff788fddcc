"""Words on maps."""
