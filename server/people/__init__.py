"""People: participants, known by a random id and never by name, and the tokens that speak for them."""
