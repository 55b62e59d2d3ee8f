"""Letters made, attached, gathered and printed."""
