"""A gateway that nobody has; `tests/contract/test_carriers.py` says what it is for."""
