"""Values that stand by themselves."""
