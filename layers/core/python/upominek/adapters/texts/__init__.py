"""Texts of messages: found, rendered, counted and checked."""
