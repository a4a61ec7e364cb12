"""Trends: what a participant sees of her own mood, sleep, contact and movement, and of nobody else's."""
