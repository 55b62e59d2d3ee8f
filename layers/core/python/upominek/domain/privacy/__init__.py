"""How long people are remembered, and what is left of them afterwards."""
