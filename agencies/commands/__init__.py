"""What may be done to the registry: one keyword-only function per use case, the actor first."""
