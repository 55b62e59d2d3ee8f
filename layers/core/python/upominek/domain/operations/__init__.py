"""Whether everything goes as it should."""
