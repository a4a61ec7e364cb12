"""Delivery: claim what is due, push it, settle what came of it. The only web push code."""
