"""Who takes part: creditors, debtors, and those who ask for something to be managed."""
