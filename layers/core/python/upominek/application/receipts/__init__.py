"""What carriers report, taken into the history."""
