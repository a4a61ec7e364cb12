"""Planning: the moments of each participant's local days, and the challenge of the day."""
