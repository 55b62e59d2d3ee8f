"""All there is between one creditor and one debtor."""
