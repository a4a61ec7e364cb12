"""What a process that serves tells Python's collector of garbage."""

import gc


def settle_in() -> None:
    """What is here now stays.

    Routes, schemas and mappers are a quarter of a million objects, and walking through them again takes a tenth of a
    second: of whoever asks at that moment, or of the pushes that are due.
    """
    gc.collect()
    gc.freeze()
