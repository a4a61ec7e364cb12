"""Monitoring: whether the service lives and phones can be reached. Counts only, never an answer."""
