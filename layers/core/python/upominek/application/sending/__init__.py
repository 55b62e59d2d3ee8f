"""One item of the outbox, on its way to a carrier: at most once."""
