"""What the law adds to a debt, and what it lets one say of it. Every rule has its source; none of it is advice."""
