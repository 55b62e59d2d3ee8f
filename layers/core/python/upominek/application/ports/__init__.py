"""What the use cases need of the world: one file for each owner of data.

Adapters make these real; `adapters.memory` holds every one of them in memory, with the same guarantees, and the
contract tests hold all of them to the same words. Times are aware UTC, days are the creditor's local dates.
Repositories raise `domain.errors` only.
"""
