"""The YAML files that people write: creditors and campaigns, with errors that name line and column."""
