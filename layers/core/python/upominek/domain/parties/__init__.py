"""Who is owed, and who owes."""
