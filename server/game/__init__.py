"""Game: a small team grows a tree together. Points are for taking part, never for what was answered."""
