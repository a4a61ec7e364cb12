"""Mail: the port through which messages leave, and its adapters. Nothing is kept here."""
