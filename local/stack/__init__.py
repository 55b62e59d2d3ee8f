"""The embedded default: the synthesised stack on this machine."""
