"""Coordination: the catalogue of challenges that studies draw from."""
