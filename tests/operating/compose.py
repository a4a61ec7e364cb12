"""Reads ``compose.yaml`` as Compose would: anchors and merges, what `.env` sets, and what each service asks for."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
_VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """One service. ``volumes`` maps a path inside to what is there; ``needs`` a service to the condition on it."""

    name: str
    image: str
    command: list[str]
    environment: dict[str, str]
    volumes: dict[str, str]
    needs: dict[str, str]
    asked_for_health: bool
    replicas: int
    grace_s: float  # between SIGTERM and SIGKILL


def read_compose(path: Path, env: Mapping[str, str]) -> dict[str, Service]:
    """The services, each after those that it needs; KeyError names a variable that must be set."""
    told = YAML(typ="safe").load(_fill(path.read_text(encoding="utf-8"), env))
    found = {name: _read(name, body, env) for name, body in told["services"].items()}
    order: dict[str, Service] = {}
    while len(order) < len(found):
        ready = [each for name, each in found.items() if name not in order and each.needs.keys() <= order.keys()]
        if not ready:
            raise ValueError("These services wait for each other: " + ", ".join(found.keys() - order.keys()))
        order |= {each.name: each for each in ready}
    return order


def find_asked(path: Path) -> set[str]:
    """The variables without which nothing starts."""
    return set(re.findall(r"\$\{(\w+):\?", path.read_text(encoding="utf-8")))


def read_env(path: Path) -> dict[str, str]:
    """NAME=VALUE lines of an ``.env`` file."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _fill(text: str, env: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        name, kind, otherwise = match.groups()
        if env.get(name):
            return env[name]
        if kind == "?":
            raise KeyError(name)
        return otherwise or ""

    return _VARIABLE.sub(value, text)


def _read(name: str, body: dict[str, Any], env: Mapping[str, str]) -> Service:
    from_file = dict(env) if body.get("env_file") else {}
    return Service(
        name=name,
        image=body["image"],
        command=shlex.split(body.get("command", "")),
        environment=from_file | {key: str(value) for key, value in body.get("environment", {}).items()},
        volumes={where: what for what, where, *_ in (each.split(":") for each in body.get("volumes", ()))},
        needs={other: each["condition"] for other, each in body.get("depends_on", {}).items()},
        asked_for_health=not body.get("healthcheck", {}).get("disable", False),
        replicas=body.get("deploy", {}).get("replicas", 1),
        grace_s=float(body.get("stop_grace_period", "10s").removesuffix("s")),
    )
