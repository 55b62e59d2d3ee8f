"""The domain as JSON that others rely on."""
