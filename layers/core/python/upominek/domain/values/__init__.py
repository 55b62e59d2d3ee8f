"""Values that everything else is made of: money, days, contact data, identifiers, kinds."""
