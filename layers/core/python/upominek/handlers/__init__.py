"""What every function shares: how a queue, a schedule and an HTTP request reach a use case, and what is logged of it.

The only place, beside the functions themselves, that knows Powertools. No contact data and no text is ever logged.
"""
