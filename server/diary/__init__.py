"""Diary: what young people answered, once, with both clocks."""
