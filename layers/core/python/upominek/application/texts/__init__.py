"""Texts put together, tried and kept."""
