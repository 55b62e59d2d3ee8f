"""The webhook's language: what an invoicing system may say, and how it proves who it is.

`events` holds the models, which are the published contract (`docs/openapi.yaml` is generated from them), `values` how
single fields are read, `reading` turns a body into domain events or a list of problems, `signature` checks the sender.
"""
