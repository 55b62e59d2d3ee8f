"""Letters, gathered in batches that are printed and posted."""
