"""The Data Package is valid, and a validator finds what is wrong with a damaged bundle."""

import json
import re
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server.export.conftest import Bundle

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import frictionless


def problems(folder: Path) -> set[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = frictionless.Package(str(folder / "datapackage.json")).validate()
    return {kind for (kind,) in report.flatten(["type"])}


def few(little: Bundle, folder: Path) -> Path:
    """The bundle with its tables but for the large one, which is tried once as a whole."""
    shutil.copytree(little.folder, folder)
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"] = [one for one in package["resources"] if one["name"] != "beeps"]
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return folder


def test_the_bundle_is_valid(little: Bundle) -> None:
    assert problems(little.folder) == set()


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (lambda text: re.sub(r",\d,(\d*,\d*\n)", r",8,\1", text, count=1), "constraint-error"),  # no such outcome
        (lambda text: text.rsplit("\n", 2)[0] + "\n", "row-count"),  # cut short
        (lambda text: text + text.split("\n")[1] + "\n", "primary-key"),  # twice
        (lambda text: text.replace("\n", "\nZZZZZZZ", 1), "foreign-key"),  # nobody's
    ],
)
def test_damage_is_found(little: Bundle, tmp_path: Path, damage: Callable[[str], str], found: str) -> None:
    folder = few(little, tmp_path / "copy")
    path = folder / "challenges.csv"
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    kinds = problems(folder)
    assert {"hash-count", "byte-count"} & kinds, "sums are checked"
    assert found in kinds


def test_only_csv_is_listed_with_hashes_and_rows(little: Bundle) -> None:
    package = json.loads((little.folder / "datapackage.json").read_text(encoding="utf-8"))
    assert {one["path"] for one in package["resources"]} == {
        "participants.csv",
        "beeps.csv",
        "events.csv",
        "challenges.csv",
    }
    for one in package["resources"]:
        assert one["type"] == "table"
        assert one["hash"].startswith("sha256:")
        assert one["rows"] == little.read(one["path"]).height


def test_closed_lists_are_constraints_and_codes_are_missing_values(little: Bundle) -> None:
    package = json.loads((little.folder / "datapackage.json").read_text(encoding="utf-8"))
    beeps = next(one for one in package["resources"] if one["name"] == "beeps")
    fields = {field["name"]: field for field in beeps["schema"]["fields"]}
    assert fields["status"]["constraints"] == {"required": True, "enum": [1, 2, 3, 4, 5, 6, 7]}
    assert fields["pa_cheerful"]["missingValues"] == ["", "-97", "-98", "-99"]
    assert fields["pa_cheerful"]["constraints"] == {"minimum": 0, "maximum": 100}
    assert "missingValues" not in fields["sleep_midpoint_min"]
