"""Six programs open a bundle and find the same N, means, labels and missing codes; the manual's models run."""

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import duckdb
import polars as pl
import pyreadstat
import pytest

from server.config import Settings
from server.db import Database
from server.exchange.commands import run_import
from server.export.request import Request
from tests.recordings import MAPPING, WHOLE, needs_whole_file
from tests.server.export.conftest import Bundle, export

MANUAL = Path(__file__).parents[3] / "docs/researchers.md"
needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not here (Debian: r-base-core).")
needs_pspp = pytest.mark.skipif(shutil.which("pspp") is None, reason="PSPP is not here (Debian: pspp).")
CODES = [-97, -98, -99]
OFTEN = "pa_cheerful"


@pytest.fixture(scope="module")
def fried(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The published study of Fried and others, imported and exported."""
    folder = tmp_path_factory.mktemp("fried")
    shutil.copy(sqlite_template, folder / "kiem.sqlite3")
    settings = Settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'kiem.sqlite3'}",
        public_url="http://127.0.0.1:8000",
        vapid_key_file=folder / "vapid.pem",
    )
    assert run_import(settings, "fried", WHOLE, MAPPING, report=folder / "refused.csv", as_json=True) == 0
    database = Database(settings.database_url)
    made = export(database, "fried", folder / "out", Request(ranking=("language",), language="en", days=14))
    database.dispose()
    return made


@pytest.fixture(params=["garden", pytest.param("fried", marks=needs_whole_file)])
def opened(request: pytest.FixtureRequest) -> tuple[Bundle, str]:
    """A bundle and an item of it that is answered often."""
    if request.param == "garden":
        return request.getfixturevalue("bundle"), OFTEN
    return request.getfixturevalue("fried"), "worry"


def facts(bundle: Bundle, item: str) -> dict[str, float]:
    """What every program must find, by polars from the CSV."""
    beeps = bundle.read("beeps.csv")
    given = beeps.filter(~pl.col(item).is_in(CODES))[item]
    codes = {f"code{-code}": float((beeps[item] == code).sum()) for code in CODES}
    mean = given.mean()
    assert isinstance(mean, float)
    return {"rows": beeps.height, "n": len(given), "mean": mean, **codes}


def test_fried_in_numbers(request: pytest.FixtureRequest) -> None:
    if not WHOLE.exists():
        pytest.skip("clean_ema.csv is not here.")
    made: Bundle = request.getfixturevalue("fried")
    beeps = made.read("beeps.csv")
    assert beeps["id"].n_unique() == 77, "two of the 79 took part for four and for thirteen days"
    assert beeps.filter(valid=1)["obsno"].count() + made.read("events.csv").height > 3_000
    assert set(beeps["beepno"]) == {1, 2, 3, 4}
    assert b"User #" not in made.zip.read_bytes()


def test_duckdb(opened: tuple[Bundle, str]) -> None:
    bundle, item = opened
    for name in ("beeps.csv", "beeps.parquet"):
        codes = ", ".join(f"count(*) FILTER (WHERE {item} = {code})" for code in CODES)
        (row,) = duckdb.sql(  # the fields are those of `facts`, in its order
            f"SELECT count(*), count(*) FILTER (WHERE {item} >= 0), avg({item}) FILTER (WHERE {item} >= 0), {codes} "  # noqa: S608
            f"FROM '{bundle.folder / name}'"
        ).fetchall()
        assert row == pytest.approx(tuple(facts(bundle, item).values()))


def test_spss_read_back(opened: tuple[Bundle, str]) -> None:
    bundle, item = opened
    wanted = facts(bundle, item)
    plain, meta = pyreadstat.read_sav(bundle.folder / "beeps.sav", output_format="polars")
    given = plain[item].drop_nulls()
    assert (plain.height, len(given), given.mean()) == pytest.approx((wanted["rows"], wanted["n"], wanted["mean"]))
    coded, _ = pyreadstat.read_sav(bundle.folder / "beeps.sav", user_missing=True, output_format="polars")
    for code in CODES:
        assert (coded[item] == code).sum() == wanted[f"code{-code}"]
    assert meta.column_names_to_labels[item]


def test_the_python_script(opened: tuple[Bundle, str]) -> None:
    bundle, item = opened
    wanted = facts(bundle, item)
    check = (
        f"import runpy; b = runpy.run_path('import.py'); x = b['read']('beeps')['{item}'].drop_nulls(); "
        f"print(len(x), x.mean(), b['LABELS']['beeps']['{item}'] != '')"
    )
    said = run([sys.executable, "-c", check], bundle.folder).split()
    assert (int(said[0]), float(said[1]), said[2]) == (wanted["n"], pytest.approx(wanted["mean"]), "True")


BASE = """
source('import.R'); x <- beeps${item}
cat(nrow(beeps), sum(!is.na(x)), format(mean(x, na.rm = TRUE), digits = 12), '\\n')
cat(attr(beeps${item}, 'label'), '\\n')
if (!is.null(beeps$scheduled)) cat(class(beeps$scheduled)[1], format(min(beeps$scheduled), '%F %T'), '\\n')
print(attr(beeps$status, 'labels'))
codes <- TRUE; source('import.R')
cat(sum(beeps${item} == -97), sum(beeps${item} == -98), sum(beeps${item} == -99), '\\n')"""
HAVEN = """
suppressMessages(library(haven)); suppressMessages(library(readr))
s <- read_sav('beeps.sav'); x <- s${item}
cat(nrow(s), sum(!is.na(x)), format(mean(as.numeric(x), na.rm = TRUE), digits = 12), '\\n')
u <- read_sav('beeps.sav', user_na = TRUE)${item}
cat(attr(u, 'na_range'), sum(u == -97), sum(u == -98), sum(u == -99), '\\n')
cat(attr(u, 'label'), '\\n'); cat(names(attr(s$status, 'labels'))[3], '\\n')
r <- read_csv('beeps.csv', show_col_types = FALSE, guess_max = 1e6)
cat(nrow(r), format(mean(r${item}[r${item} >= 0]), digits = 12), nrow(problems(r)), '\\n')"""


@cache
def said_by_r(folder: Path, item: str, *, model: bool) -> dict[str, list[str]]:
    """What R prints of a bundle, in one process that begins each part with nothing defined: the manual's model if it is
    asked for, base R, haven with readr. A part whose packages are not here is missing."""
    parts = {"base": ("base", BASE), "haven": ("haven readr", HAVEN)}
    if model:  # first, so that no package is loaded that the manual does not name
        parts = {"model": ("nlme", block("r")), **parts}
    script = "".join(
        f"if (all(nzchar(sapply(strsplit('{packages}', ' ')[[1]], function(p) system.file(package = p))))) {{\n"
        f"cat('== {name}\\n')\n{code.replace('{item}', item)}\n}}\nrm(list = ls())\n"
        for name, (packages, code) in parts.items()
    )
    said: dict[str, list[str]] = {}
    for line in run(["Rscript", "-e", script], folder).splitlines():
        if line.startswith("== "):
            said[line.removeprefix("== ")] = []
        elif said:
            said[list(said)[-1]].append(line)
    return said


def lines_of_r(bundle: Bundle, item: str, part: str) -> list[str]:
    said = said_by_r(bundle.folder, item, model=item == OFTEN)
    if part not in said:
        pytest.skip("R lacks a package of these (Debian: r-cran-haven r-cran-readr r-cran-nlme).")
    return said[part]


@needs_r
def test_base_r(opened: tuple[Bundle, str]) -> None:
    bundle, item = opened
    wanted, lines = facts(bundle, item), lines_of_r(bundle, item, "base")
    assert [float(word) for word in lines[0].split()] == pytest.approx([wanted["rows"], wanted["n"], wanted["mean"]])
    assert lines[1].strip() == bundle.label(item)
    if item == OFTEN:  # with a dummy calendar
        assert lines[2].strip() == f"POSIXct {bundle.read('beeps.csv')['scheduled'].min()}"
    assert [float(word) for word in lines[-1].split()] == [wanted[f"code{-code}"] for code in CODES]


@needs_r
def test_haven_and_readr(opened: tuple[Bundle, str]) -> None:
    bundle, item = opened
    wanted, lines = facts(bundle, item), lines_of_r(bundle, item, "haven")
    assert [float(word) for word in lines[0].split()] == pytest.approx([wanted["rows"], wanted["n"], wanted["mean"]])
    assert [float(word) for word in lines[1].split()] == [-99, -97, *(wanted[f"code{-code}"] for code in CODES)]
    assert lines[2].strip() == bundle.label(item)
    assert lines[3].strip() in ("gemist", "missed")
    assert [float(word) for word in lines[4].split()] == pytest.approx([wanted["rows"], wanted["mean"], 0])


@needs_pspp
@pytest.mark.parametrize("way", ["beeps.sav", "import.sps"])
def test_pspp(opened: tuple[Bundle, str], tmp_path: Path, way: str) -> None:
    bundle, item = opened
    wanted = facts(bundle, item)
    read = "GET FILE='beeps.sav'." if way == "beeps.sav" else "INSERT FILE='import.sps'."
    syntax = tmp_path / "check.sps"
    syntax.write_text(
        f"{read}\nSET FORMAT=F20.8.\nDISPLAY DICTIONARY /VARIABLES={item} status.\n"
        f"DESCRIPTIVES {item} /STATISTICS=MEAN.\nCOMPUTE raw = VALUE({item}).\nFREQUENCIES raw.\n",
        encoding="utf-8",
    )
    if item == OFTEN:  # with a dummy calendar
        with syntax.open("a", encoding="utf-8") as more:
            more.write("COMPUTE hour = XDATE.HOUR(scheduled).\nDESCRIPTIVES hour /STATISTICS=MINIMUM.\n")
    said = run(["pspp", "-O", "format=csv", str(syntax)], bundle.folder)
    if item == OFTEN:
        rows = bundle.read("beeps.csv")
        assert re.search(rf"^hour,{rows.height},{rows['sched_hour'].min()}(\.0+)?$", said, re.MULTILINE), said[-600:]
    assert bundle.label(item)[:20] in said
    assert "gemist" in said or "missed" in said
    assert f"Valid N (listwise),,{wanted['n']:.0f}" in said or f",{wanted['n']:.0f}," in said
    mean = re.search(rf"^[^\n]*,{wanted['n']:.0f},([\d.]+)$", said, re.MULTILINE)
    assert mean is not None
    assert float(mean[1]) == pytest.approx(wanted["mean"], abs=0.01)
    for code in CODES:
        count = wanted[f"code{-code}"]
        assert count == 0 or re.search(rf"{code}[.0]*,{count:.0f},", said), f"{code} is told apart"


def test_the_model_of_the_manual_in_python(bundle: Bundle) -> None:
    assert abs(within_in_python(bundle.folder)) > 0.01


@needs_r
def test_the_model_of_the_manual_in_r_finds_the_same(bundle: Bundle) -> None:
    said = "\n".join(lines_of_r(bundle, OFTEN, "model"))
    (within,) = re.findall(r"^within (\S+)", said, re.MULTILINE)
    assert float(within) == pytest.approx(within_in_python(bundle.folder), abs=1e-3)
    (mean,) = re.findall(r"^compliance (\S+)", said, re.MULTILINE)
    wanted = bundle.read("participants.csv")["compliance"].mean()
    assert float(mean) == pytest.approx(wanted, abs=1e-4)


@cache
def within_in_python(folder: Path) -> float:
    said = run([sys.executable, "-c", block("python")], folder)
    return float(said.removeprefix("within "))


def block(language: str) -> str:
    """The manual's code in a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
