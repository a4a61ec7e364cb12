"""An installation that brings a questionnaire which asks about suicide, and a protocol that uses it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from prompts import catalogue
from server import content

ITEM = """
  - id: hard
    order: fixed
    items:
      - id: thoughts
        type: slider
        prompt:
          nl: Heb je vandaag aan zelfmoord gedacht?
          en: Did you think about suicide today?
        low: {nl: helemaal niet, en: not at all}
        high: {nl: heel erg, en: very much}
        construct: suicidal thoughts
        source: a test

"""


@contextmanager
def asking_installation(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[str]:
    """While the block lasts the content folders are copies with ``asking.1`` besides, and with an ``evening.9`` that
    asks the same; the protocol's key."""
    for name in ("QUESTIONNAIRES", "PROTOCOLS"):
        copied = folder / name.lower()
        shutil.copytree(getattr(catalogue, name), copied)
        patch.setattr(catalogue, name, copied)
    plain = (folder / "questionnaires/evening.1.yaml").read_text(encoding="utf-8")
    asking = plain.replace("id: evening\n", "id: asking\n", 1).replace(
        "\n  - id: closing\n", ITEM + "  - id: closing\n"
    )
    assert asking.count("zelfmoord") == 1
    (folder / "questionnaires/asking.1.yaml").write_text(asking, encoding="utf-8")
    newer = asking.replace("id: asking\n", "id: evening\n", 1).replace("version: 1\n", "version: 9\n", 1)
    (folder / "questionnaires/evening.9.yaml").write_text(newer, encoding="utf-8")
    protocol = (folder / "protocols/grow-it.1.yaml").read_text(encoding="utf-8")
    protocol = protocol.replace("id: grow-it\n", "id: asking\n", 1).replace("last: evening.1", "last: asking.1")
    (folder / "protocols/asking.1.yaml").write_text(protocol, encoding="utf-8")
    _forget()
    try:
        yield "asking.1"
    finally:
        patch.undo()
        _forget()


def _forget() -> None:
    for cached in (content.instruments, content.protocols, catalogue._load_instruments, catalogue._load_protocols):
        cached.cache_clear()
