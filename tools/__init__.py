"""What `make` runs; nothing imports it."""
