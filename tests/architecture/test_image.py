"""What the image and the compose file name is there: files, commands, settings, volumes, the same user everywhere."""

import fnmatch
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from server.__main__ import COMMANDS
from server.config import NAMES, PREFIX

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE_TEXT = (ROOT / "compose.yaml").read_text()
COMPOSE: dict[str, Any] = YAML(typ="safe").load(COMPOSE_TEXT)
BUILT = {"server/pwa/dist"}  # made by an earlier stage


def instructions() -> list[tuple[str, str]]:
    """Every instruction of the Dockerfile with its argument, continued lines joined, comments left out."""
    joined = re.sub(r"\\\n\s*", " ", "\n".join(line for line in DOCKERFILE.splitlines() if not line.startswith("#")))
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines()) if word]


def copied() -> list[str]:
    """What is copied out of the checkout."""
    found = []
    for word, rest in instructions():
        if word == "COPY" and not rest.startswith("--from"):
            found += shlex.split(rest)[:-1]
    return found


@pytest.mark.parametrize("path", copied())
def test_every_file_that_the_image_copies_is_there_and_not_left_out(path: str) -> None:
    assert (ROOT / path).exists()
    for pattern in (ROOT / ".dockerignore").read_text().split():
        assert not fnmatch.fnmatch(path, pattern), pattern


def test_every_program_of_the_product_is_in_the_image() -> None:
    wanted = {path.relative_to(ROOT).parts[0] for name in ("server", "prompts", "challenges") for path in [ROOT / name]}
    assert {*wanted, "migrations", "pyproject.toml"} <= set(copied())


def test_stages_copy_only_from_stages_before_them() -> None:
    named: list[str] = []
    for word, rest in instructions():
        if word == "FROM" and " AS " in rest:
            named.append(rest.rpartition(" AS ")[2])
        if word == "COPY" and (match := re.match(r"--from=(\S+)", rest)):
            assert match[1] in named


def test_the_image_runs_as_an_ordinary_user_who_owns_no_code() -> None:
    words = [word for word, _rest in instructions()]
    last = len(words) - 1 - words[::-1].index("USER")
    assert instructions()[last][1] not in ("root", "0")
    assert "COPY" not in words[last:]
    assert "--chown" not in DOCKERFILE
    assert words.count("HEALTHCHECK") == 1


def test_the_entry_of_the_image_and_every_command_of_compose_exist() -> None:
    entry = next(rest for word, rest in instructions() if word == "ENTRYPOINT")
    assert entry == '["python", "-m", "server"]'
    default = next(rest for word, rest in instructions() if word == "CMD")
    commands = [YAML(typ="safe").load(default)[0]]
    commands += [shlex.split(service["command"])[0] for service in ours()]
    assert set(commands) <= set(COMMANDS)
    assert {"serve", "worker", "migrate", "backup"} <= set(commands)


def test_every_option_of_compose_is_one_of_its_command() -> None:
    import importlib

    for service in ours():
        name, *rest = shlex.split(service["command"])
        program = importlib.import_module(COMMANDS[name]).cli
        known = {option for parameter in program.commands[name].params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= known, service["command"]


def test_commands_are_the_same_in_the_image_and_on_a_checkout() -> None:
    cases = re.findall(
        r"^([\w| -]+)\)(?:.*)\n(?:    .*\n)*?    exec \"\$PY\" -m (server\.\w+)", RUN, flags=re.MULTILINE
    )
    on_checkout = {name.strip(): module for names, module in cases for name in names.split("|")}
    assert on_checkout == COMMANDS


RUN = (ROOT / "run").read_text()


def test_every_setting_of_image_and_compose_exists() -> None:
    named = set(re.findall(rf"\b{PREFIX}(\w+)", DOCKERFILE + COMPOSE_TEXT))
    assert named
    assert named <= set(NAMES)


def test_what_compose_asks_of_its_env_file_is_explained() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", COMPOSE_TEXT))
    assert asked == {"POSTGRES_PASSWORD", "SERVING_PASSWORD", "SITE_ADDRESS"}
    page, example = (ROOT / "docs/operating.md").read_text(), (ROOT / ".env.example").read_text()
    assert all(name in page and f"\n{name}=\n" in example for name in asked)


def test_every_volume_and_file_that_compose_mounts_is_there() -> None:
    volumes = set(COMPOSE["volumes"])
    used = set()
    for service in COMPOSE["services"].values():
        for mount in service.get("volumes", []):
            source = mount.partition(":")[0]
            if source.startswith("./"):
                assert (ROOT / source).is_file()
            else:
                used.add(source)
        for other in service.get("depends_on", {}):
            assert other in COMPOSE["services"]
    assert used == volumes


def test_there_are_two_of_each_behind_one_address_and_nobody_can_write_to_the_code() -> None:
    services = COMPOSE["services"]
    for name in ("web", "worker"):
        assert services[name]["deploy"]["replicas"] == 2
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert "web 8000" in (ROOT / "operating/Caddyfile").read_text()
    assert all(service["read_only"] and service["cap_drop"] == ["ALL"] for service in ours())


def test_what_answers_the_internet_does_not_know_the_owner_of_the_tables() -> None:
    for name, service in COMPOSE["services"].items():
        said = service.get("environment", {})
        if service.get("image") == "kiem":
            assert "kiem_serving:" in said["KIEM_DATABASE_URL"]
            assert said["POSTGRES_PASSWORD"] == ""
            assert bool(said["KIEM_DATABASE_OWNER_URL"]) == (name in ("migrate", "backup"))


def test_backups_are_made_by_the_release_of_the_database() -> None:
    release = re.search(r"postgres:(\d+)-bookworm", COMPOSE_TEXT)
    assert release
    assert release[1] == "15"  # Debian 12's postgresql-client, which the image installs
    assert "bookworm" in instructions()[[word for word, _ in instructions()].index("FROM")][1]
    assert "postgresql-client" in DOCKERFILE


def ours() -> list[dict[str, Any]]:
    """The services that run this image."""
    return [service for service in COMPOSE["services"].values() if service.get("image") == "kiem"]
