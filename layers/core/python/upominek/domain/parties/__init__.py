"""Who takes part: for now, those who ask for something to be managed."""
