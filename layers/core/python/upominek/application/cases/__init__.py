"""What people and events do to one case."""
