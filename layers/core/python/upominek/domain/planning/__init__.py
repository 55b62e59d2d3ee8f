"""Who hears what today, and why somebody does not."""
