"""The one table: keys, items, and the repositories over it."""
