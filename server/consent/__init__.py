"""Consent: what a study tells before anybody joins, who agreed to what and when, and who may be asked at all."""
