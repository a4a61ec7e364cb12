"""Audit: what staff did, when, to what and why; never what anybody answered."""
