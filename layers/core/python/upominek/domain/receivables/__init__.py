"""What is owed: invoices, and the events that tell of them."""
