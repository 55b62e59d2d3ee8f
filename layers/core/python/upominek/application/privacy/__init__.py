"""Redaction, retention, export and erasure."""
