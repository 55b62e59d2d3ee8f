"""Formats of files that come in: one folder each, and one line in the table of `known`."""
