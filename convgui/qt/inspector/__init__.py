"""The right side: the stack, the chosen layer, and what can be set of it."""
