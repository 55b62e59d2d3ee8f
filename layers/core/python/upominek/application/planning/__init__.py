"""Plans made, previewed and simulated."""
