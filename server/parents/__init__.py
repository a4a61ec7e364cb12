"""The parents' own page: what the study is, yes or no, and taking a yes back. Never an answer, never an account."""
