"""A message on its way: the reminder, its parts, its receipts and its price."""
