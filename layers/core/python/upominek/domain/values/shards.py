"""Into which part of a creditor's work a debtor falls."""

from zlib import crc32


def shard_of(debtor: str, shards: int) -> int:
    """The debtor's shard among so many; with twice as many, shard s splits into s and s + n."""
    return crc32(debtor.encode()) % shards
