"""Who brings messages: one folder for each carrier, all that knows it inside."""
