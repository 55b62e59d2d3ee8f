"""Invoices, payments and holds, taken in from files and webhooks."""
