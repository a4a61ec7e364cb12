"""Brings up the services of ``compose.yaml`` as processes of this machine, where there is no Docker.

Commands, environment, numbers and order are the file's own. Replaced are only the addresses and paths that a container
would have for itself: the database's host, ports, and the folders where volumes are mounted. Every web process has an
address of its own at one port, as containers do, and a name server that the proxy asks for them.
"""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from bench.certificate import make_certificate
from tests.operating.compose import ROOT, Service, find_asked, read_compose, read_env
from tests.operating.names import Names
from tests.postgres import Cluster

COMPOSE = ROOT / "compose.yaml"
PATIENCE_S = 60.0
SITE = "kiem.example.org"


@dataclass(kw_only=True, slots=True)
class Running:
    """What is up: the processes by service, where web processes listen, where the volumes are."""

    services: dict[str, Service]
    folder: Path
    server: str  # URL of PostgreSQL's maintenance database
    processes: dict[str, list[subprocess.Popen[bytes]]] = field(default_factory=dict)
    hosts: list[str] = field(default_factory=list)  # of web processes, in the order of their starts
    web_port: int = field(default_factory=lambda: find_free_port())
    proxy_port: int = field(default_factory=lambda: find_free_port())
    names: Names = field(default_factory=Names)

    def run(self, name: str, *arguments: str) -> str:
        """`docker compose run --rm NAME ARGUMENTS`: what it says; raises when it fails."""
        command = [sys.executable, "-m", "server", *(self.replace(each) for each in arguments)]
        environment = self.environment_of(self.services[name])
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)
        if done.returncode:
            raise RuntimeError(f"{name}: {shlex.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def replace(self, value: str) -> str:
        """A path of a container, or an address there, as it is here."""
        for inside, name in self.volumes().items():
            if value == inside or value.startswith(f"{inside}/"):
                return str(self.folder / name) + value.removeprefix(inside)
        if value.startswith("postgresql://") and (url := make_url(value)).host == "db":
            home = make_url(self.server).query["host"]
            return url.set(host=None, query={"host": home}).render_as_string(hide_password=False)
        return value

    def volumes(self) -> dict[str, str]:
        return {
            inside: name for each in self.services.values() if is_ours(each) for inside, name in each.volumes.items()
        }

    def environment_of(self, service: Service) -> dict[str, str]:
        told = {name: self.replace(value) for name, value in service.environment.items()}
        kept = ("PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
        here = {name: os.environ[name] for name in kept if name in os.environ}
        return {**here, "LANG": "C.UTF-8", **told}

    def start(self, service: Service) -> None:
        """One more process of a service."""
        command = [self.replace(word) for word in service.command]
        if "--port" in command:
            host = f"127.0.0.{len(self.hosts) + 2}"
            command[command.index("--port") + 1] = str(self.web_port)
            command[command.index("--host") + 1] = host
            self.hosts.append(host)
            self.names.add(service.name, host)
        self._spawn(service, [sys.executable, "-m", "server", *command], self.environment_of(service))

    def start_proxy(self, service: Service) -> None:
        """Caddy with the Caddyfile that compose mounts. Other than there: the port, a certificate of its own instead of
        one from the authority, and where names are asked for."""
        certificate, key = make_certificate(self.folder, [SITE])
        written = (ROOT / service.volumes["/etc/caddy/Caddyfile"]).read_text()
        for theirs, here in {
            "{$SITE_ADDRESS} {": f"{{$SITE_ADDRESS}} {{\n\ttls {certificate} {key}",
            "dynamic a web 8000 {": f"dynamic a web {self.web_port} {{\n\t\t\tresolvers {self.names.address}",
        }.items():
            assert theirs in written
            written = written.replace(theirs, here)
        path = self.folder / "Caddyfile"
        path.write_text("{\n\tauto_https disable_redirects\n}\n" + written)
        environment = {
            **self.environment_of(service),
            "SITE_ADDRESS": f"https://{SITE}:{self.proxy_port}",
            "CADDY_ADMIN": f"unix/{self.folder / 'caddy.sock'}",
            "HOME": str(self.folder),
        }
        caddy = str(Path(sys.executable).parent / "caddy")
        self._spawn(service, [caddy, "run", "--adapter", "caddyfile", "--config", str(path)], environment)

    def _spawn(self, service: Service, command: list[str], environment: dict[str, str]) -> None:
        number = len(self.processes.setdefault(service.name, []))
        with (self.folder / f"{service.name}-{number}.log").open("wb") as log:
            self.processes[service.name].append(
                subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
            )

    def stop_web(self, number: int) -> int:
        """`docker stop` of one web process: its name is gone when it is; how it ended."""
        process = self.processes["web"][number]
        process.terminate()
        ended = _end(process, self.services["web"].grace_s)
        self.names.remove("web", self.hosts[number])
        return ended

    def stop(self) -> dict[str, list[int]]:
        """SIGTERM to all at once; how each ended, SIGKILL (-9) where its time ran out."""
        for process in (each for group in self.processes.values() for each in group):
            with suppress(ProcessLookupError):
                process.terminate()
        return {
            name: [_end(each, self.services[name].grace_s) for each in group] for name, group in self.processes.items()
        }


def is_ours(service: Service) -> bool:
    return service.image == "kiem"


@contextmanager
def bring_up(cluster: Cluster, folder: Path, settings: Mapping[str, str]) -> Iterator[Running]:
    """`docker compose up`, over a PostgreSQL that runs, with what ``settings`` says in ``.env``; stopped afterwards."""
    env = (
        read_env(ROOT / ".env.example") | {name: f"a-word-for-{name}" for name in find_asked(COMPOSE)} | dict(settings)
    )
    services = read_compose(COMPOSE, env)
    running = Running(services=services, folder=folder, server=cluster.url)
    for name in running.volumes().values():
        (folder / name).mkdir(exist_ok=True)
    try:
        for service in services.values():
            _start(running, service)
        yield running
    finally:
        running.stop()
        running.names.close()


def _start(running: Running, service: Service) -> None:
    for other, condition in service.needs.items():
        if condition == "service_completed_successfully":
            process = running.processes[other][0]
            if process.wait(PATIENCE_S):
                raise RuntimeError((running.folder / f"{other}-0.log").read_text())
    if service.name == "db":
        engine = create_engine(
            make_url(running.server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {service.environment['POSTGRES_DB']}"))
        engine.dispose()
    elif is_ours(service):
        for _ in range(service.replicas):
            running.start(service)
    elif service.name == "proxy":
        running.start_proxy(service)


def wait_until_healthy(host: str, port: int) -> None:
    """What the image's health check asks, until it is so."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            urllib.request.urlopen(f"http://{host}:{port}/healthz", timeout=4).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def _end(process: subprocess.Popen[bytes], within: float) -> int:
    try:
        return process.wait(within)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.wait()


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as there:
        return int(there.getsockname()[1])
