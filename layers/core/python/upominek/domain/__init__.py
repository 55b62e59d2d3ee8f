"""Rules and values of soft collection: pure, without input or output."""
