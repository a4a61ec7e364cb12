"""The released content of this installation, read once per process."""

from collections.abc import Mapping
from functools import cache

from prompts.catalogue import load_instruments, load_protocols
from prompts.instruments import Instrument
from prompts.protocols import Protocol


@cache
def instruments() -> Mapping[str, Instrument]:
    """Every instrument by key, e.g. ``momentary.1``."""
    return load_instruments()


@cache
def protocols() -> Mapping[str, Protocol]:
    """Every protocol by key, e.g. ``grow-it.1``."""
    return load_protocols()
