"""What people and programs are shown of the product, as JSON."""
