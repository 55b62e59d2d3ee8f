"""Ports made real: AWS, templates, files, memory."""
