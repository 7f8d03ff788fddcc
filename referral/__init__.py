"""The hand-off. So far: cases with their sealed person, and the register of unmet needs."""
