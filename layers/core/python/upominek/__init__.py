"""Upominek: soft collection of unpaid invoices by SMS and e-mail."""
