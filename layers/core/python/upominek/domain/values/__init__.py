"""Values that every part of the domain knows."""
