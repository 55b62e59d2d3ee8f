"""Use cases: one module per verb, written against the ports."""
