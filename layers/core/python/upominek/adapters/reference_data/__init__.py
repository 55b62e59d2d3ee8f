"""Rates and prices from outside."""
