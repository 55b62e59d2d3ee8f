"""Every port in memory, with the guarantees of the real ones; safe for threads.

Tests of use cases run against it, and the contract tests hold it and the AWS adapters to the same words.
"""
