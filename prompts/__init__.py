"""What we ask, when we ask it and what an answer means: content in YAML and pure rules."""
