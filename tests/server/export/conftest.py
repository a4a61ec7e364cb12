"""One imagined study that is over, exported once: 120 people, 21 days, five questionnaires a day."""

import os
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from server.db import Database
from server.export import service
from server.export.items import Layout, lay_out
from server.export.plan import Plan
from server.export.request import Request
from server.export.service import Built
from server.studies.service import find_study
from tests.export_studies import AFTERWARDS, make_finished_study

KEY = b"a key of the tests, 32 bytes lon"
REQUEST = Request(ranking=("birth_year", "language"), dummy_calendar=True, derived=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """A bundle, packed and unpacked, with what it was made of."""

    folder: Path
    zip: Path
    built: Built

    @property
    def plan(self) -> Plan:
        return self.built.plan

    def label(self, column: str) -> str:
        """What a column of beeps.csv is called in SPSS and the scripts."""
        (beeps,) = [table for table in self.built.contents.tables if table.name == "beeps"]
        (found,) = [one for one in beeps.columns if one.name == column]
        return found.label[self.plan.request.language]

    def plan_layout(self) -> Layout:
        """The items of the study, as before anything was collapsed."""
        return lay_out(self.plan.instruments, reserved=())

    def read(self, name: str) -> pl.DataFrame:
        """A CSV file of it; ids and questionnaires as text."""
        return pl.read_csv(self.folder / name, infer_schema_length=None, schema_overrides={"id": pl.String})


def export(database: Database, study: str, folder: Path, request: Request, *, key: bytes = KEY) -> Bundle:
    """Export without register or command."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "bundle.zip"
    with service.one_moment(database) as session:
        plan = service.prepare(session, find_study(session, study), request, key=key, now=AFTERWARDS)
        built = service.build(session, plan, target, lambda *_: None)
    with zipfile.ZipFile(target) as archive:
        archive.extractall(folder)
        inside = archive.namelist()[0].partition("/")[0]
    return Bundle(folder=folder / inside, zip=target, built=built)


@pytest.fixture(scope="session")
def garden_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the study ``garden``; copy it to change it."""
    return _made_once(sqlite_template, tmp_path_factory, "garden", make_finished_study)


@pytest.fixture(scope="session")
def small_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the study ``small``: 36 people, three days, one first day; copy it to change it."""

    def make(database: Database) -> object:
        return make_finished_study(database, name="small", people=36, days=3, starts=1)

    return _made_once(sqlite_template, tmp_path_factory, "small", make)


def _made_once(template: Path, factory: pytest.TempPathFactory, name: str, make: Callable[[Database], object]) -> Path:
    """Made by the first process of this run that needs it; the others wait and share it."""
    shared = factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    path, building = shared / f"{name}.sqlite3", shared / f"{name}.building"
    try:
        building.mkdir()
    except FileExistsError:
        for _ in range(1_200):
            if path.exists():
                return path
            time.sleep(0.1)
        raise
    raw = building / "kiem.sqlite3"
    shutil.copy(template, raw)
    database = Database(f"sqlite:///{raw}")
    make(database)
    database.dispose()  # the last connection to close leaves one whole file
    raw.replace(path)
    return path


@pytest.fixture(scope="session")
def garden(garden_file: Path) -> Iterator[Database]:
    """The study ``garden``, for reading only."""
    database = Database(f"sqlite:///{garden_file}")
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def small(small_file: Path) -> Iterator[Database]:
    """The study ``small``, for reading only."""
    database = Database(f"sqlite:///{small_file}")
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def little(small: Database, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The research export of ``small`` with everything that can be asked for: where a claim costs time for each row."""
    return export(small, "small", tmp_path_factory.mktemp("little"), REQUEST)


@pytest.fixture(scope="session")
def bundle(garden: Database, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The research export of ``garden`` with everything that can be asked for."""
    return export(garden, "garden", tmp_path_factory.mktemp("bundle"), REQUEST)
