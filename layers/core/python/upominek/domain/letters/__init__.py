"""Letters on paper: what they say, and what is kept of them."""
