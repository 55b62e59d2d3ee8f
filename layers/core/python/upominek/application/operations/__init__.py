"""What stopped on its way, and what a person does about it."""
