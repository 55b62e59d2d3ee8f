"""What runs on a developer's machine only: the embedded default, the carrier simulator, the demo."""
