"""What texts may say: their values, and the creditors' own versions."""
