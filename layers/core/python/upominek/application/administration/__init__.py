"""Managing the product: what a person does at a terminal, and will do in a console or through an API."""
