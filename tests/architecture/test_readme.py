"""What the README tells a newcomer to type and to open is there."""

import re
from pathlib import Path

from server.cli import cli

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
RUN = (ROOT / "run").read_text()


def named_by_run() -> set[str]:
    """The words that `run` takes: the labels of its last `case`."""
    labels = re.findall(r"^([a-z][a-z |-]*)\)$|^([a-z-]+)\) ", RUN.rpartition("\ncase ")[2], re.MULTILINE)
    return {word.strip() for pair in labels for label in pair for word in label.split("|") if word.strip()}


def test_every_command_of_the_readme_is_one_that_run_takes() -> None:
    told = set(re.findall(r"\./run ([a-z-]+)", README))
    assert {"demo", "study", "import"} <= told
    assert told - named_by_run() == set()


def test_every_command_of_the_program_can_be_reached_through_run() -> None:
    assert set(cli.commands) - named_by_run() == set()


def test_run_help_names_every_command_of_the_program() -> None:
    helped = set(re.findall(r"^  \./run ([a-z-]+)", RUN, re.MULTILINE))
    assert set(cli.commands) - helped == set()


def test_every_file_that_the_readme_names_is_there() -> None:
    paths = {*re.findall(r"`([\w./-]+/[\w./-]*)`", README), *re.findall(r"\]\((?!https?:)([^)]+)\)", README)}
    files = {path for path in paths if not path.startswith(("/", "./run"))}
    assert len(files) >= 8
    assert [path for path in sorted(files) if not (ROOT / path).exists()] == []
