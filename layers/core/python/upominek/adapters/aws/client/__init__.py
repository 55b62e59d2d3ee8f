"""How AWS is asked: signed requests, errors, pauses."""
