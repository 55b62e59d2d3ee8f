"""Languages of messages, letters and pages."""
