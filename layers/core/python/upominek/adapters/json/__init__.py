"""What use cases return, as JSON for programs; one shape, whichever face shows it."""
