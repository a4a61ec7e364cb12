"""The openESM layout holds what openESM's own check asks for."""

import csv
import json
import re
from pathlib import Path

from tests.server.export.conftest import Bundle

KINDS = {"rating_scale", "numeric", "categorical", "PosixCt", "character", "logical", "date", "time", ""}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_every_beep_is_there_once_by_id_day_and_beep(little: Bundle) -> None:
    found = rows(little.folder / "openesm/0000_small_ts.tsv")
    assert len({(row["id"], row["day"], row["beep"]) for row in found}) == len(found) == 540
    assert {row["id"] for row in found} == {row["id"] for row in rows(little.folder / "openesm/0000_small_static.tsv")}


def test_names_are_snake_case_and_no_sentinel_is_left(little: Bundle) -> None:
    for name in ("ts", "static"):
        found = rows(little.folder / f"openesm/0000_small_{name}.tsv")
        assert all(re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", column) for column in found[0])
        items = [column for column in found[0] if column in ("pa_cheerful", "stress_now", "ctx_company_alone")]
        assert not {row[item] for row in found for item in items} & {"-97", "-98", "-99"}


def test_the_values_are_those_of_the_csv(little: Bundle) -> None:
    beeps = little.read("beeps.csv")
    found = rows(little.folder / "openesm/0000_small_ts.tsv")
    moods = [float(row["mood"]) if row["mood"] else None for row in found]
    assert moods == beeps["mood"].to_list()


def test_the_metadata_describe_every_column(little: Bundle) -> None:
    told = json.loads((little.folder / "openesm/0000_small_metadata.json").read_text(encoding="utf-8"))
    names = {feature["name"] for feature in told["features"]}
    for name in ("ts", "static"):
        assert set(rows(little.folder / f"openesm/0000_small_{name}.tsv")[0]) <= names
    assert told["n_participants"] == 36
    assert told["n_time_points"] == 105
    assert (told["n_days"], told["n_beeps_per_day"]) == ("21", "5")
    assert told["implicit_missingness"] == told["raw_time_stamp"] == "no"
    assert {feature["variable_type"] for feature in told["features"]} <= KINDS
    assert all(isinstance(value, str) for feature in told["features"] for value in feature.values())
    assert re.fullmatch(r"\d{4}", told["dataset_id"])
