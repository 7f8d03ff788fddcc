"""The hand-off. So far: the register of needs that nobody could meet."""
