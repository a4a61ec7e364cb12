"""What a privacy officer asks for, filled in from a study's own configuration: the assessment and the register."""
