"""Contact: how somebody can be reached. Sealed, apart from everything she answers, and the first to be deleted."""
