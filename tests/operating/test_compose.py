"""What compose.yaml must say so that a machine that nobody looks at for months stays up."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = YAML(typ="safe").load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PAGE = (ROOT / "docs/operating.md").read_text()
CONNECTIONS = 20  # of a process, at most (docs/operating.md)


@pytest.mark.parametrize("name", SERVICES)
def test_no_log_grows_until_the_disk_is_full(name: str) -> None:
    options = SERVICES[name]["logging"]["options"]
    assert options["max-size"] == "10m"
    assert int(options["max-file"]) >= 3


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_gains_rights_and_everything_that_stays_is_started_again(name: str) -> None:
    assert "no-new-privileges:true" in SERVICES[name]["security_opt"]
    assert SERVICES[name]["restart"] == ("no" if name == "migrate" else "unless-stopped")


def test_the_database_is_called_healthy_only_when_it_takes_connections_from_others() -> None:
    # While the image makes a new database it listens on its socket alone, and whoever comes by the network is refused.
    test = SERVICES["db"]["healthcheck"]["test"]
    assert test[test.index("-h") + 1] == "127.0.0.1"


def test_there_are_connections_for_everybody_while_processes_are_replaced() -> None:
    setting = re.search(r"max_connections=(\d+)", SERVICES["db"]["command"])
    assert setting
    twice = 2 * sum(SERVICES[name]["deploy"]["replicas"] for name in ("web", "worker"))
    assert int(setting[1]) >= CONNECTIONS * twice + 20


def test_a_process_that_takes_too_much_memory_ends_and_not_the_database() -> None:
    assert all("mem_limit" in SERVICES[name] for name in ("web", "worker", "backup", "proxy"))
    assert "mem_limit" not in SERVICES["db"]
    assert SERVICES["db"]["oom_score_adj"] < 0


@pytest.mark.parametrize("path", ["kiem-keys", "backups", ".env", "erasures.jsonl", "kiem-metrics-token"])
def test_what_the_page_lets_somebody_put_beside_the_code_gets_into_no_commit_and_no_image(path: str) -> None:
    assert path in PAGE
    for ignored in (".gitignore", ".dockerignore"):
        named = {line.strip("/").removeprefix("operating/") for line in (ROOT / ignored).read_text().split()}
        assert named & {path, f"{path}*"}, ignored


def test_what_is_copied_a_second_time_does_not_land_beneath_the_first() -> None:
    # Into a folder that is there already, `docker cp` puts the folder itself, unless its contents are asked for.
    copies = re.findall(r"docker compose cp (\S+)", PAGE)
    assert copies
    assert all(source.endswith("/.") for source in copies), copies


def test_copies_of_backups_elsewhere_are_kept_as_long_as_those_here() -> None:
    kept = re.search(r"--keep (\d+)", SERVICES["backup"]["command"])
    elsewhere = re.search(r"find /mnt/elsewhere .* -mtime \+(\d+) -delete", PAGE)
    assert kept
    assert elsewhere
    assert kept[1] == elsewhere[1]


def test_every_place_of_a_key_on_the_page_is_one_that_lasts() -> None:
    # The working folder of a container is the code: read-only, and gone with the container.
    for value in re.findall(r"KIEM_\w+_KEY_FILES?=([^`\s]+)", PAGE):
        assert all(path.startswith("/data/") for path in value.split(",")), value
