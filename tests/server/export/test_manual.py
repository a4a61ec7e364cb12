"""What the researchers' page says to type is there to be typed, and what it names is in a bundle."""

import re
import shlex
from pathlib import Path

import click
import pytest

from server.desk_cli import cli as desk_cli
from server.export.documents import write_readme
from server.export.risk_words import WARNINGS
from server.export_cli import cli as export_cli
from tests.server.export.conftest import Bundle

PAGE = (Path(__file__).parents[3] / "docs/researchers.md").read_text(encoding="utf-8")
TYPED = sorted(set(re.findall(r"\./run ((?:export|proof|staff) [^`\n]+)", PAGE)))


def find(words: list[str]) -> click.Command:
    """The command of these words."""
    group: click.Command = desk_cli if words[0] == "staff" else export_cli
    for word in words:
        if not isinstance(group, click.Group):
            break
        assert word in group.commands, word
        group = group.commands[word]
    return group


@pytest.mark.parametrize("line", TYPED)
def test_a_command_of_the_page_has_these_options(line: str) -> None:
    words = shlex.split(line)
    known = {name for one in find(words).params for name in (*one.opts, *one.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_page_says_how_a_researcher_comes_in_and_where_there_are_enough_people() -> None:
    assert any(line.startswith("staff invite MAIL --study STUDY --role researcher") for line in TYPED)
    assert any(line.startswith("export demo-earlier ") for line in TYPED)


def test_files_and_warnings_that_the_page_names_are_there(bundle: Bundle) -> None:
    named = set(re.findall(r"`(\w+\.(?:csv|md|html|json|sav|R|sps|py))`", PAGE))
    assert {"codebook_nl.md", "compliance_report_nl.html", "disclosure_risk.md"} <= named
    assert {name for name in named if not (bundle.folder / name).exists()} == set()
    assert "traits-asked" in PAGE
    assert "traits-asked" in WARNINGS


def test_the_readme_of_a_bundle_names_challenges_only_where_there_are_any(bundle: Bundle) -> None:
    tables = bundle.built.contents.tables
    named = write_readme(bundle.plan.about, tables, {}).decode()
    assert named.count("every planned challenge") == named.count("elke geplande challenge") == 1
    without = write_readme(bundle.plan.about, [one for one in tables if one.name != "challenges"], {}).decode()
    assert "challenges.csv" not in without
